import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkFigures } from '../check/check-figures.js';
import { alertsProvenBy } from '../monitoring/alert-proofs.js';
import { metricsIn, shippedExpressions } from '../monitoring/expressions.js';
import { sendEverywhere } from '../monitoring/hostile-input.js';
import { WatchingPrometheus } from '../monitoring/watching-prometheus.js';
import { withOtherSystems } from '../system/with-other-systems.js';

const JOBS = [
  'photo-repair-api',
  'photo-repair-bridge',
  'photo-repair-worker',
  'rabbitmq',
  'rabbitmq-queues',
];
/** Of the machine, not of the system: its disk, and how busy the tests make it. */
const OF_THE_MACHINE = ['DiskLow', 'EventLoopLag', 'DatabaseSlow', 'EstimateOff'];
const SOON = { timeout: 30_000, interval: 200 };

/** A system that is watched as the documents say, first while it is well. */
describe('Prometheus', () => {
  const given = withOtherSystems(
    { publishers: true, callbacks: true, redis: true },
    { scenario: 'monitoring', workers: 1, engines: 1 },
  );
  let watching: WatchingPrometheus;
  const names = async () => {
    const ofJobs = await watching.server.names();
    return { ofJobs, all: new Set([...ofJobs.values()].flatMap((each) => [...each])) };
  };

  beforeAll(async () => {
    watching = await WatchingPrometheus.of(given.system, given.broker);
    await Promise.all([given.system.submit(4), given.others.publish(1), given.others.add(1)]);
    expect(await given.system.untilQuiet(60_000)).toBe(true);
  });
  afterAll(() => watching?.server.remove());

  it('reads every program and RabbitMQ, takes every rule, and has nothing to tell while all is well', async () => {
    await vi.waitFor(async () => {
      const targets = await watching.server.targets();
      expect(
        targets.map(({ scrapePool, health, lastError }) => `${scrapePool} ${health} ${lastError}`).sort(),
      ).toEqual(JOBS.map((job) => `${job} up `));
    }, SOON);
    const rules = await watching.server.rules();
    expect(rules.map(({ health, lastError = '' }) => [health, lastError])).toEqual(
      rules.map(() => ['ok', '']),
    );
    await vi.waitFor(async () => {
      const firing = await watching.server.firing();
      expect(firing.filter((alert) => !OF_THE_MACHINE.includes(alert))).toEqual([]);
    }, SOON);
  });

  it('is told of what docs/MONITORING.md lists, and of nothing else of ours', async () => {
    const { ofJobs } = await names();
    const rows = [
      ...readFileSync('docs/MONITORING.md', 'utf8').matchAll(/^\| `(photo_repair_\w+)` *\|(.*)\|$/gm),
    ];
    const listed = (program: string) =>
      rows.flatMap(([, name = '', row = '']) => (row.split('|')[1]!.includes(program) ? [name] : []));
    for (const program of ['api', 'worker', 'bridge']) {
      const told = [...ofJobs.get(`photo-repair-${program}`)!].filter((name) =>
        name.startsWith('photo_repair_'),
      );
      expect(listed(program).sort()).toEqual(told.sort());
    }
  });

  it('understands every expression of a rule or a panel, which asks for nothing that is not there', async () => {
    const { all } = await names();
    const expressions = shippedExpressions();
    expect(expressions.length).toBeGreaterThan(80);
    const missing: string[] = [];
    for (const { where, text } of expressions) {
      await watching.server.query(text);
      const named = metricsIn(text, all);
      missing.push(...named.filter((name) => !all.has(name)).map((name) => `${where}: ${name}`));
    }
    expect(missing).toEqual([]);
  });

  it('gets no series and no label by what somebody outside writes', async () => {
    const { system } = given;
    const programs = [...system.apis, ...system.workers, ...system.bridges];
    const series = async () => {
      const texts = await Promise.all(
        programs.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
      );
      const lines = texts.flatMap((text) =>
        text.split('\n').filter((line) => !/^(#|$|nodejs_|process_)/.test(line)),
      );
      return {
        text: texts.join('\n'),
        names: [...new Set(lines.map((line) => line.replace(/ \S+$/, '')))].sort(),
      };
    };
    const found: string[][] = [];
    for (const word of ['canary-one', 'canary-two']) {
      const parked = system.inspector.parked();
      const before = (await parked).length;
      await sendEverywhere(system, word, await system.photos.take());
      await vi.waitFor(async () => expect((await system.inspector.parked()).length).toBe(before + 2), SOON);
      expect(await system.untilQuiet(90_000)).toBe(true);
      const { text, names } = await series();
      expect(text).not.toContain('canary');
      found.push(names);
    }
    // What came a second time, under other words, was there already.
    expect(found[1]).toEqual(found[0]);
  });

  it('is told the numbers that the store has', async () => {
    const { system } = given;
    const observation = await system.inspector.observe();
    const [figures] = observation.figures;
    expect(figures!.isWhole).toBe(true);
    expect(figures!.submitted.size).toBeGreaterThan(1);
    expect(checkFigures(observation)).toEqual([]);
  });

  describe('has the right alert where something is wrong:', () => {
    const proven: string[] = [];
    const prove = async (...alerts: string[]) => {
      await watching.untilFiring(...alerts);
      proven.push(...alerts);
      return alerts;
    };

    it('an engine and Redis that were killed', async () => {
      const { system, others } = given;
      await Promise.all([system.engines!.all[0]!.remove(), others.redisUser.killRedis()]);
      expect(await prove('EngineDown', 'RedisAway')).toEqual(['EngineDown', 'RedisAway']);
    });

    it('the only worker and the bridge', async () => {
      const { system } = given;
      await Promise.all([...system.workers, ...system.bridges].map((process) => process.remove()));
      expect(await prove('WorkerDown', 'BridgeDown', 'NoWorkers')).toEqual([
        'WorkerDown',
        'BridgeDown',
        'NoWorkers',
      ]);
    });

    it('the API', async () => {
      await given.system.apis[0]!.remove();
      expect(await prove('ApiDown')).toEqual(['ApiDown']);
    });

    it('and that was every one that is to be proven here', () => {
      expect(proven.sort()).toEqual(alertsProvenBy('quick'));
    });
  });
});
