import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PrivateNode } from '../../../apps/cli/src/broker/private-node.js';
import { PrivateNodeFiles } from '../../../apps/cli/src/broker/private-node.files.js';
import { findRabbitmqServer } from '../../../apps/cli/src/broker/rabbitmq-server.js';
import { childEnv } from '../../../apps/cli/src/env.js';

/** The same as the other tests' private brokers, which remove what a killed test run left. */
const PREFIX = `photo-repair-test-broker-${userInfo().uid}-`;
/** How old the broker's figures may be: RabbitMQ's own 5 s would make every look at the end of a scenario wait. */
export const STATISTICS_MS = 250;

export interface FaultBrokerOptions {
  /** Takes a message back from a worker that holds it for longer (RabbitMQ's own limit is 30 minutes). */
  consumerTimeoutMs?: number;
  /** How often the broker looks whether somebody does; RabbitMQ's own pause is a minute. */
  lookEveryMs?: number;
}

/** A RabbitMQ node that may be killed, stopped, started again and frightened. Same ports and data all the time. */
export class FaultBroker {
  private constructor(
    private readonly node: PrivateNode,
    private readonly files: PrivateNodeFiles,
    readonly folder: string,
  ) {}

  static async start({
    consumerTimeoutMs,
    lookEveryMs = 1_000,
  }: FaultBrokerOptions = {}): Promise<FaultBroker> {
    const executable = findRabbitmqServer();
    if (executable === undefined) throw new Error('The fault tests need RabbitMQ; install rabbitmq-server.');
    const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
    const files = new PrivateNodeFiles(folder);
    const timeout = consumerTimeoutMs
      ? `, {consumer_timeout, ${consumerTimeoutMs}}, {channel_tick_interval, ${lookEveryMs}}`
      : '';
    const advanced = `[{rabbit, [{collect_statistics_interval, ${STATISTICS_MS}}${timeout}]}].\n`;
    writeFileSync(join(folder, 'advanced.config'), advanced);
    const broker = new FaultBroker(await PrivateNode.start(folder, executable), files, folder);
    try {
      await broker.node.ready();
    } catch (error) {
      await broker.remove();
      throw error;
    }
    return broker;
  }

  /** The one that another process has started in this folder. */
  static adopt(folder: string): FaultBroker {
    const node = PrivateNode.adopt(folder, findRabbitmqServer());
    if (!node) throw new Error(`No broker runs in ${folder}.`);
    return new FaultBroker(node, new PrivateNodeFiles(folder), folder);
  }

  /** Without a virtual host. */
  get url(): string {
    return this.node.url.replace(/\/[^/]*$/, '');
  }

  /** `host:port` of its plugin for Prometheus. */
  get metricsTarget(): string {
    const run = this.files.readRun();
    if (!run) throw new Error('The broker was never started.');
    return `127.0.0.1:${run.ports.prometheus}`;
  }

  /** kill -9; resolves once the process is gone. */
  async kill(): Promise<void> {
    await this.node.stop(true);
  }

  /** SIGTERM, as an operator or a package upgrade does it; resolves once it has ended (7 to 8 s). */
  async stop(): Promise<void> {
    await this.node.stop();
  }

  /** Starts it again; resolves once it takes connections. */
  async restart(): Promise<void> {
    this.node.process.restart();
    await this.node.ready();
  }

  async remove(): Promise<void> {
    await this.node.stop(true);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async createVhost(name: string): Promise<void> {
    await this.manage('PUT', `/api/vhosts/${name}`);
  }

  async deleteVhost(name: string): Promise<void> {
    await this.manage('DELETE', `/api/vhosts/${name}`);
  }

  /** Makes a user who may do everything in a virtual host; one that is there gets this password. */
  async putUser(vhost: string, { name, password }: { name: string; password: string }): Promise<void> {
    await this.manage('PUT', `/api/users/${name}`, { password, tags: '' });
    const all = { configure: '.*', write: '.*', read: '.*' };
    await this.manage('PUT', `/api/permissions/${vhost}/${name}`, all);
  }

  /** From the node's own figures, at most `STATISTICS_MS` old. */
  async readQueues(vhost: string): Promise<{ queue: string; ready: number; unacked: number }[]> {
    const port = this.files.readRun()?.ports.prometheus;
    const query = `vhost=${encodeURIComponent(vhost)}&family=queue_coarse_metrics`;
    const answer = await fetch(`http://127.0.0.1:${port}/metrics/detailed?${query}`);
    if (!answer.ok) throw new Error(`The broker's metrics were answered with ${answer.status}.`);
    const counts = new Map<string, { ready: number; unacked: number }>();
    const lines = (await answer.text()).matchAll(
      /^rabbitmq_detailed_queue_messages_(ready|unacked)\{(.*)\} (\d+)$/gm,
    );
    for (const [, kind, labels = '', value] of lines) {
      const queue = /queue="([^"]*)"/.exec(labels)?.[1] ?? '';
      const reading = counts.get(queue) ?? { ready: 0, unacked: 0 };
      counts.set(queue, { ...reading, [kind === 'ready' ? 'ready' : 'unacked']: Number(value) });
    }
    return [...counts].map(([queue, reading]) => ({ queue, ...reading }));
  }

  /** Takes no messages until `endAlarms`. */
  async raiseAlarm(kind: 'memory' | 'disk'): Promise<void> {
    if (kind === 'memory') await this.control('set_vm_memory_high_watermark', 'absolute', '1MB');
    else await this.control('set_disk_free_limit', '100000GB');
  }

  async endAlarms(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', '0.4');
    await this.control('set_disk_free_limit', '50MB');
  }

  private async control(...args: string[]): Promise<void> {
    const run = this.files.readRun();
    if (!run) throw new Error('The broker was never started.');
    const { nodeName } = this.files.credentials();
    const env = childEnv(this.files.environment(run.ports, nodeName));
    await promisify(execFile)('/usr/lib/rabbitmq/bin/rabbitmqctl', ['-n', nodeName, ...args], {
      env,
      cwd: this.folder,
    });
  }

  private async manage(method: 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
    const { username, password } = new URL(this.node.url);
    const answer = await fetch(new URL(path, this.node.management.url), {
      method,
      headers: {
        authorization: `Basic ${btoa(`${username}:${password}`)}`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}.`);
  }
}
