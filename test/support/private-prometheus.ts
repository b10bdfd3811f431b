import { freePort } from './free-port.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** An alert as Prometheus sees it at this moment. */
interface Alert {
  state: 'pending' | 'firing';
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

interface Target {
  scrapePool: string;
  health: 'up' | 'down' | 'unknown';
  lastError: string;
}

interface RuleGroup {
  rules: { name: string; health: string; lastError?: string }[];
}

/** A Prometheus of our own on a free loopback port, in a folder under the system's temporary one. */
export class PrivatePrometheus {
  private said = '';

  private constructor(
    private readonly server: ChildProcess,
    private readonly folder: string,
    private readonly url: string,
  ) {
    for (const stream of [server.stdout, server.stderr])
      stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  /** Resolves when it answers. `files` are put beside each other; `prometheus.yml` is its configuration. */
  static async start(files: Readonly<Record<string, string>>): Promise<PrivatePrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-test-prometheus-'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const address = `127.0.0.1:${await freePort()}`;
    const settings = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ];
    const server = spawn('prometheus', settings, { stdio: ['ignore', 'pipe', 'pipe'] });
    const prometheus = new PrivatePrometheus(server, folder, `http://${address}`);
    let failed: Error | undefined;
    server.on('error', (error) => (failed = error));
    await vi.waitFor(
      async () => {
        if (failed) throw new Error(`These tests need Prometheus: ${failed.message}`);
        if (server.exitCode !== null) throw new Error(`Prometheus ended:\n${prometheus.said}`);
        if (!(await fetch(`${prometheus.url}/-/ready`)).ok) throw new Error('Prometheus is not ready.');
      },
      { timeout: 30_000, interval: 50 },
    );
    return prometheus;
  }

  async alerts(): Promise<Alert[]> {
    return (await this.ask<{ alerts: Alert[] }>('alerts')).alerts;
  }

  /** The names of all alerts that fire. */
  async firing(): Promise<string[]> {
    const firing = (await this.alerts()).filter(({ state }) => state === 'firing');
    return [...new Set(firing.map(({ labels }) => labels['alertname']!))].sort();
  }

  async targets(): Promise<Target[]> {
    return (await this.ask<{ activeTargets: Target[] }>('targets')).activeTargets;
  }

  async rules(): Promise<RuleGroup['rules']> {
    return (await this.ask<{ groups: RuleGroup[] }>('rules')).groups.flatMap(({ rules }) => rules);
  }

  /** The names of all metrics that its targets have told of, those without a sample included, by job. */
  async names(): Promise<Map<string, Set<string>>> {
    const found = await this.ask<{ target: { job: string }; metric: string }[]>('targets/metadata');
    const names = new Map<string, Set<string>>();
    for (const { target, metric } of found)
      names.set(target.job, (names.get(target.job) ?? new Set()).add(metric));
    return names;
  }

  /** What it answers to an expression at this moment: samples by their labels. */
  async query(expression: string): Promise<{ labels: Record<string, string>; value: number }[]> {
    const path = `query?query=${encodeURIComponent(expression)}`;
    const { result } = await this.ask<{
      result: { metric: Record<string, string>; value: [number, string] }[];
    }>(path);
    return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  }

  async remove(): Promise<void> {
    const { server } = this;
    if (server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}`);
    const { data, error } = (await answer.json()) as { data: T; error?: string };
    if (!answer.ok) throw new Error(`Prometheus answered ${path} with ${answer.status}: ${error}`);
    return data;
  }
}
