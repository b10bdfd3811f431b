import type { WorkerStatus } from '@app/contracts';
import type { TaskGate } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { EnginePool, type EngineLook } from './engine-pool.js';

const LOOK_EVERY_MS = 2_000;
/** Asking a second time so soon frees nothing more. */
const FREE_EVERY_MS = 60_000;

interface Reason {
  code: NonNullable<WorkerStatus['closedBecause']>;
  phrase: string;
}

/**
 * Keeps tasks in their queues, for other workers, while no engine of this one answers or others hold the memory of
 * every GPU. It looks every 2 s, also while tasks run, so that it is right at the moment when the next one is due.
 *
 * What the engines' own models and prompts hold never closes it (see `gpuMemoryHeldByOthers`), so a running task
 * cannot, and it need not know what runs. A node's memory outside of PyTorch counts as others', though; therefore an
 * idle engine whose memory is full is asked to free what it keeps, once a minute.
 */
@Injectable()
export class EngineGate implements TaskGate, OnApplicationBootstrap, OnApplicationShutdown {
  private reason: Reason | null = { code: 'no_engine', phrase: 'no engine has been asked yet' };
  private readonly listeners = new Set<() => void>();
  private readonly stopped = new AbortController();
  private watching: Promise<void> = Promise.resolve();
  private nextFreeAt = 0;

  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly engines: EnginePool,
  ) {}

  onApplicationBootstrap(): void {
    this.watching = this.watch(this.stopped.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.watching;
  }

  get closedBecause(): string | null {
    return this.reason?.phrase ?? null;
  }

  /** The same for programs. */
  get closedCode(): WorkerStatus['closedBecause'] {
    return this.reason?.code ?? null;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async watch(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      const answering = await this.engines.look(stopped);
      if (stopped.aborted) return;
      this.become(this.judge(answering));
      await this.freeIdle(answering);
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
  }

  private judge(answering: EngineLook[]): Reason | null {
    if (answering.length === 0) return { code: 'no_engine', phrase: 'no engine of COMFYUI_URLS answers' };
    if (answering.some(({ isFull }) => !isFull)) return null;
    const limit = this.env.gpuMemoryLimitPercent;
    const phrase = `others hold more than ${limit} % of the GPU memory of every engine that answers`;
    return { code: 'gpu_memory', phrase };
  }

  private become(reason: Reason | null): void {
    if (reason?.phrase === this.reason?.phrase) return;
    this.reason = reason;
    if (reason === null) this.logger.info('an engine is there: tasks may begin');
    else this.logger.warn({ reason: reason.phrase }, 'no tasks begin');
    for (const listener of this.listeners) listener();
  }

  private async freeIdle(answering: EngineLook[]): Promise<void> {
    const idle = answering.filter(({ isFull, remaining }) => isFull && remaining === 0);
    if (idle.length === 0 || Date.now() < this.nextFreeAt) return;
    this.nextFreeAt = Date.now() + FREE_EVERY_MS;
    await Promise.all(idle.map(({ client }) => this.engines.freeMemory(client)));
  }
}
