import { LocalArtifactStore } from '@app/artifact-store';
import type { ArtifactRef, TaskEvent, TaskMessage } from '@app/contracts';
import { BrokerConnection, TaskEventSubscriber, type LiveEvent } from '@app/messaging';
import { createLogger } from '@app/runtime';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { register } from 'prom-client';
import { expect, onTestFinished, vi } from 'vitest';
import { createApp } from '../../../apps/worker/src/create-app.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import type { Vhost } from '../../support/vhost.js';
import { startPublisher, witness } from '../messaging/test-worker.js';

/** A photo as a task names it. */
export interface Original {
  data: Buffer;
  extension: string;
  mediaType: ArtifactRef['mediaType'];
  /** The right way up. */
  width: number;
  height: number;
}

/** A worker in this process, with a store of its own, and what the API would hear of it. Gone when the test ends. */
export class WorkerApp {
  /** State events, in order. */
  states: TaskEvent[] = [];
  /** What is only worth hearing now, in order. */
  readonly live: LiveEvent[] = [];

  private constructor(
    private readonly vhost: Vhost,
    readonly store: LocalArtifactStore,
    /** Gone when the test ends; another worker may share it. */
    readonly dataDir: string,
    readonly api: Awaited<ReturnType<typeof startPublisher>>,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(vhost: Vhost, settings: Record<string, string>): Promise<WorkerApp> {
    const api = await startPublisher(vhost, ['person']);
    const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'photo-repair-worker-app-')));
    // Metrics live in one registry per process.
    register.clear();
    const env = readEnv({
      AMQP_URL: vhost.url,
      DATA_DIR: dataDir,
      WORKFLOWS_DIR: resolve('workflows'),
      TASK_TYPES: 'person',
      RETRY_DELAYS: '1s,2s',
      WORKER_NAME: 'w1',
      ENGINE_WARM_UP: 'false',
      ...settings,
    });
    const app = await createApp(env, createLogger('worker', settings['LOG_LEVEL'] ?? 'silent'));
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= app.close());
    const store = new LocalArtifactStore(join(dataDir, 'artifacts'));
    const worker = new WorkerApp(vhost, store, dataDir, api, stop);
    onTestFinished(async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    });
    worker.states = await witness(vhost);
    await worker.listen();
    // Another worker may be on this vhost already.
    const others = await worker.hearing();
    await app.listen(0, '127.0.0.1');
    await app.startAllMicroservices();
    await worker.untilItHears(others);
    return worker;
  }

  /** Puts a task in line, with its original in the store; gives what the message says. */
  async submit({ data, extension, mediaType, width, height }: Original): Promise<TaskMessage> {
    const taskId = randomUUID();
    const key = `originals/${taskId}.${extension}`;
    const stored = await this.store.put(key, data, mediaType);
    const message: TaskMessage = {
      version: 1,
      taskId,
      taskType: 'person',
      image: { key, mediaType, width, height, ...stored },
      parameters: {},
      submittedAt: new Date().toISOString(),
    };
    await this.vhost.publish('photo_repair.work', 'person', Buffer.from(JSON.stringify(message)), {
      messageId: taskId,
      persistent: true,
    });
    return message;
  }

  /** The first state event of that kind for a task; waits for it. */
  until<K extends TaskEvent['kind']>(taskId: string, kind: K): Promise<Extract<TaskEvent, { kind: K }>> {
    return vi.waitFor(
      () => {
        const found = this.states.find((event) => event.taskId === taskId && event.kind === kind);
        expect(found, `${kind} in ${JSON.stringify(this.states)}`).toBeDefined();
        return found as Extract<TaskEvent, { kind: K }>;
      },
      { timeout: 30_000, interval: 10 },
    );
  }

  /** The first live event that is so, of those from `from` on; waits for it. */
  hear<E extends LiveEvent>(is: (event: LiveEvent) => event is E, from?: number): Promise<E>;
  hear(is: (event: LiveEvent) => boolean, from?: number): Promise<LiveEvent>;
  hear(is: (event: LiveEvent) => boolean, from = 0): Promise<LiveEvent> {
    return vi.waitFor(
      () => {
        const found = this.live.slice(from).find(is);
        expect(found).toBeDefined();
        return found!;
      },
      { timeout: 20_000, interval: 5 },
    );
  }

  /** What the API tells workers reaches this one from now on. */
  private untilItHears(others: readonly string[]): Promise<void> {
    return vi.waitFor(
      async () => expect((await this.hearing()).filter((queue) => !others.includes(queue))).toHaveLength(1),
      { timeout: 20_000, interval: 50 },
    );
  }

  /** The queues by which workers hear the API. */
  private async hearing(): Promise<string[]> {
    const bindings = `/api/exchanges/${this.vhost.name}/photo_repair.control/bindings/source`;
    return ((await this.vhost.api('GET', bindings)) as { destination: string }[]).map(
      (each) => each.destination,
    );
  }

  private async listen(): Promise<void> {
    const connection = new BrokerConnection({ url: this.vhost.url, name: 'api-consume' });
    const { topology, publisher } = this.api;
    const subscriber = new TaskEventSubscriber({ connection, topology, publisher, name: 'api' });
    subscriber.onLive((event) => this.live.push(event));
    onTestFinished(async () => {
      await subscriber.close();
      await connection.close();
    });
    await subscriber.whenReady(15_000);
  }
}
