import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { PrivatePrometheus } from '../../support/private-prometheus.js';
import type { AppProcess } from '../system/app-process.js';
import type { FaultBroker } from '../system/fault-broker.js';
import { compressRules } from './compressed-rules.js';

const FOLDER = 'deploy/prometheus';
/** As often as the compressed rules can do with. */
const INTERVAL = '1s';
/** Longer than any alert takes by the compressed rules; a busy machine is slow to be harmed. */
const PATIENCE = { timeout: 90_000, interval: 200 };

/** The programs that are watched. */
interface Watched {
  apis: readonly AppProcess[];
  workers: readonly AppProcess[];
  bridges: readonly AppProcess[];
}

interface Config {
  global: { scrape_interval: string; evaluation_interval: string };
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
}

/** A Prometheus with the configuration and the rules that are shipped: other addresses, and a minute is a second. */
export class WatchingPrometheus {
  private constructor(readonly server: PrivatePrometheus) {}

  /**
   * `moreWorkers` are addresses (`http://…`) of workers that are not among the system's own. `apiInterval` is for an API
   * that takes longer to answer than the others may.
   */
  static async of(
    system: Watched,
    broker: FaultBroker,
    {
      moreWorkers = [],
      apiInterval = INTERVAL,
    }: { moreWorkers?: readonly string[]; apiInterval?: string } = {},
  ): Promise<WatchingPrometheus> {
    const hosts = (processes: readonly AppProcess[]) => processes.map(({ url }) => new URL(url).host);
    const targets: Record<string, string[]> = {
      'photo-repair-api': hosts(system.apis),
      'photo-repair-worker': [...hosts(system.workers), ...moreWorkers.map((url) => new URL(url).host)],
      'photo-repair-bridge': hosts(system.bridges),
      rabbitmq: [broker.metricsTarget],
      'rabbitmq-queues': [broker.metricsTarget],
    };
    const config = parse(read('prometheus.yml')) as Config;
    // It is a comment there: most installations have none.
    config.scrape_configs.push({ job_name: 'photo-repair-bridge', static_configs: [{ targets: [] }] });
    for (const job of config.scrape_configs) {
      job.static_configs = [{ targets: targets[job.job_name]! }];
      // The time limit is that of `global`, which is no longer than its interval.
      if (job.job_name === 'photo-repair-api')
        Object.assign(job, { scrape_interval: apiInterval, scrape_timeout: apiInterval });
    }
    config.global = { scrape_interval: INTERVAL, evaluation_interval: '250ms' };
    const files = { 'prometheus.yml': stringify(config), 'rules.yml': compressRules(read('rules.yml')) };
    return new WatchingPrometheus(await PrivatePrometheus.start(files));
  }

  /** Waits until each of these has fired, whether at the same time or not. */
  async untilFiring(...alerts: string[]): Promise<void> {
    const seen = new Set<string>();
    await vi.waitFor(async () => {
      for (const alert of await this.server.firing()) seen.add(alert);
      expect(alerts.filter((alert) => !seen.has(alert))).toEqual([]);
    }, PATIENCE);
  }

  /** Waits until none of these fires. */
  async untilOver(...alerts: string[]): Promise<void> {
    await vi.waitFor(async () => {
      const firing = await this.server.firing();
      expect(firing.filter((alert) => alerts.includes(alert))).toEqual([]);
    }, PATIENCE);
  }
}

function read(name: string): string {
  return readFileSync(`${FOLDER}/${name}`, 'utf8');
}
