import { WorkerStatusPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import PQueue from 'p-queue';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { EngineEraser } from './engine-eraser.js';

/** Few at a time: the engines have photos to colour, and a whole album may be erased at once. */
const AT_A_TIME = 2;

/** Beyond this a request is dropped; whoever wants it asks again. */
const MOST_WAITING = 10_000;

/** The erasures that this worker was asked for, and its answers. */
@Injectable()
export class Erasures implements OnApplicationShutdown {
  private readonly queue = new PQueue({ concurrency: AT_A_TIME });
  private readonly asked = new Set<string>();
  private readonly stopped = new AbortController();

  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly eraser: EngineEraser,
    private readonly publisher: WorkerStatusPublisher,
  ) {}

  /** Erases when it is its turn, then answers. One that is asked for already is not done twice. */
  request(taskId: string): void {
    if (this.asked.has(taskId) || this.asked.size >= MOST_WAITING || this.stopped.signal.aborted) return;
    this.asked.add(taskId);
    void this.queue.add(() => this.carryOut(taskId));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    this.queue.clear();
    await this.queue.onIdle();
  }

  /** Never rejects: who asked asks again. */
  private async carryOut(taskId: string): Promise<void> {
    try {
      for (const { engine, ok } of await this.eraser.erase(taskId, this.stopped.signal)) {
        this.publisher.publishErased({
          version: 1,
          kind: 'engine_erased',
          taskId,
          worker: this.env.name,
          engine,
          ok,
          at: new Date().toISOString(),
        });
      }
    } catch (error) {
      this.logger.warn({ taskId, err: error }, 'a task could not be erased from the engines');
    } finally {
      this.asked.delete(taskId);
    }
  }
}
