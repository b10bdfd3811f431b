import { LocalArtifactStore } from '@app/artifact-store';
import type { TaskMessage } from '@app/contracts';
import { BrokerConnection, buildTopology, ConfirmPublisher, TaskPublisher } from '@app/messaging';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { EngineStub } from '../../test/support/engine-stub/engine-stub.js';
import type { Driven } from './driver.js';
import type { Pictures } from './pictures.js';
import { WorkerProcess, type WorkerProcessOptions } from './worker-process.js';

const TASK_TYPE = 'person';
const READY_MS = 15_000;
const LOOK_EVERY_MS = 20;
const GIVE_UP_MS = 120_000;

/** The built worker, one process or several on one queue, with the API's part done past the API. */
export class BenchWorkers {
  private constructor(
    private readonly pictures: Pictures,
    private readonly workers: readonly WorkerProcess[],
    private readonly dataDir: string,
    private readonly artifacts: LocalArtifactStore,
    private readonly publisher: ConfirmPublisher,
    private readonly connection: BrokerConnection,
  ) {}

  /** @param engines of each worker. */
  static async start(
    engines: readonly (readonly EngineStub[])[],
    pictures: Pictures,
    options: Pick<WorkerProcessOptions, 'amqpUrl' | 'dataDir' | 'lookahead' | 'profileDir'>,
  ): Promise<BenchWorkers> {
    const { amqpUrl, dataDir } = options;
    const connection = new BrokerConnection({ url: amqpUrl, name: 'bench-publish' });
    const publisher = new ConfirmPublisher(connection, { topology: buildTopology([TASK_TYPE]) });
    await publisher.whenReady(READY_MS);
    const workers = await Promise.all(
      engines.map((each, index) =>
        WorkerProcess.start({
          ...options,
          name: `worker-${index + 1}`,
          taskType: TASK_TYPE,
          engineUrls: each.map(({ url }) => url),
        }),
      ),
    );
    const artifacts = new LocalArtifactStore(join(dataDir, 'artifacts'));
    return new BenchWorkers(pictures, workers, dataDir, artifacts, publisher, connection);
  }

  /** Puts so many tasks into the queue, and resolves when all of their results are stored. */
  async work(photos: number): Promise<Driven> {
    const tasks: TaskMessage[] = [];
    for (let count = 0; count < photos; count++) tasks.push(await this.newTask());
    const cpuBefore = this.cpuMs;
    const publisher = new TaskPublisher(this.publisher);
    await Promise.all(tasks.map((task) => publisher.publishTask(task)));
    const deadline = Date.now() + GIVE_UP_MS;
    const wanted = new Set(tasks.map(({ taskId }) => `${taskId}.json`));
    for (;;) {
      const there = (await this.results()).filter((name) => wanted.has(name)).length;
      if (there === photos || Date.now() > deadline) {
        return { succeeded: there, failed: photos - there, cpuMs: this.cpuMs - cpuBefore };
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.publisher.close();
    await this.connection.close();
  }

  private get cpuMs(): number {
    return this.workers.reduce((sum, worker) => sum + worker.cpuMs, 0);
  }

  private async newTask(): Promise<TaskMessage> {
    const { photo, width, height } = this.pictures;
    const taskId = uuidv7();
    const key = `originals/${taskId}.png`;
    await this.artifacts.put(key, photo, 'image/png');
    const sha256 = createHash('sha256').update(photo).digest('hex');
    return {
      version: 1,
      taskId,
      taskType: TASK_TYPE,
      image: { key, mediaType: 'image/png', width, height, bytes: photo.length, sha256 },
      parameters: { size: 512, model: 'ddcolor_modelscope' },
      submittedAt: new Date().toISOString(),
    };
  }

  private results(): Promise<string[]> {
    return readdir(join(this.dataDir, 'artifacts', 'results')).catch(() => []);
  }
}
