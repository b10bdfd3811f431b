import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { workerOrdersKey, workerOrdersSchema, type WorkerOrders } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';

const NONE: WorkerOrders = { version: 1, workers: [], taskTypes: [] };

/**
 * What the operators have paused, as far as this worker knows: what lay in the artifact store when it started, and what it
 * was told since. An API that sees in its status that it knows something else tells it again.
 */
@Injectable()
export class Orders implements OnModuleInit {
  private known = NONE;
  private readonly listeners = new Set<() => void>();

  constructor(
    @Inject(WORKER_ENV) private readonly env: Pick<WorkerEnv, 'name'>,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ArtifactStore) private readonly artifacts: Pick<ArtifactStore, 'read'>,
  ) {}

  /** Before the first task is taken. What cannot be read is as none: the API tells it within seconds. */
  async onModuleInit(): Promise<void> {
    try {
      const text = (await this.artifacts.read(workerOrdersKey())).toString('utf8');
      this.hear(workerOrdersSchema.parse(JSON.parse(text)));
    } catch (error) {
      if (!(error instanceof ArtifactNotFound)) {
        this.logger.warn({ err: error }, 'what the operators have paused cannot be read');
      }
    }
  }

  /** This worker takes nothing; what it runs goes on. */
  get isPaused(): boolean {
    return this.known.workers.includes(this.env.name);
  }

  /** Task types of which nothing begins. */
  get pausedTypes(): readonly string[] {
    return this.known.taskTypes;
  }

  /** All that is paused at this moment. */
  hear(orders: WorkerOrders): void {
    const before = this.said;
    this.known = orders;
    if (this.said === before) return;
    this.logger.info({ paused: this.isPaused, pausedTypes: this.pausedTypes }, 'orders of the operator');
    for (const listener of this.listeners) listener();
  }

  /** Calls back after what concerns this worker has changed. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private get said(): string {
    return JSON.stringify([this.isPaused, this.pausedTypes]);
  }
}
