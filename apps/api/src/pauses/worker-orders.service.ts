import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { workerOrdersKey, type WorkerOrders, type WorkerStatus } from '@app/contracts';
import { TaskControlPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { isEnding } from '../workers/worker-registry.js';
import { Pauses } from './pauses.js';

/** Whatever somebody has made of the file is put right within this time. */
const KEEP_EVERY_MS = 10_000;

/**
 * Tells the workers what is paused: at once, where each finds it when it starts, and again for as long as one of them says
 * that it knows something else.
 */
@Injectable()
export class WorkerOrdersService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly keeping: RepeatedWork;
  private correcting = false;

  constructor(
    private readonly pauses: Pauses,
    private readonly workers: LiveWorkers,
    private readonly control: TaskControlPublisher,
    private readonly artifacts: ArtifactStore,
    private readonly reach: BrokerReach,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const options = { name: 'orders of workers', everyMs: KEEP_EVERY_MS, logger };
    this.keeping = new RepeatedWork(() => this.keep(), options);
  }

  onApplicationBootstrap(): void {
    this.pauses.onChange(() => void this.tell());
    this.reach.onReturn(() => void this.tell());
    this.workers.onHeard((status) => {
      if (this.isBehind(status)) void this.correct();
    });
    this.keeping.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.keeping.stop();
  }

  private get orders(): WorkerOrders {
    return { version: 1, workers: this.pauses.workers, taskTypes: this.pauses.types };
  }

  /** The message may be missed, and the file is read at start only: first the file. */
  private async tell(): Promise<void> {
    try {
      await this.keep();
    } catch (error) {
      this.logger.error({ err: error }, 'what is paused could not be left for workers that start later');
    }
    this.control.pauses(this.orders);
  }

  /** What this instance knows may be what is behind. */
  private async correct(): Promise<void> {
    if (this.correcting) return;
    this.correcting = true;
    try {
      await this.pauses.refresh();
      this.control.pauses(this.orders);
    } catch (error) {
      this.logger.error({ err: error }, 'a worker could not be told what is paused');
    } finally {
      this.correcting = false;
    }
  }

  /** A worker of an older release knows no pauses; one that ends takes nothing anyway. */
  private isBehind(status: WorkerStatus): boolean {
    const { worker, closedBecause, pausedTypes } = status;
    if (pausedTypes === undefined || isEnding(status)) return false;
    const { workers, taskTypes } = this.orders;
    const isPaused = closedBecause === 'paused';
    return isPaused !== workers.includes(worker) || pausedTypes.toSorted().join() !== taskTypes.join();
  }

  private async keep(): Promise<void> {
    const text = JSON.stringify(this.orders);
    if (text === (await this.kept())) return;
    await this.artifacts.put(workerOrdersKey(), Buffer.from(text), 'application/json');
  }

  /** Where nothing was ever paused there is no file, and none is needed. */
  private async kept(): Promise<string> {
    try {
      return (await this.artifacts.read(workerOrdersKey())).toString('utf8');
    } catch (error) {
      if (!(error instanceof ArtifactNotFound)) throw error;
      return JSON.stringify({ version: 1, workers: [], taskTypes: [] } satisfies WorkerOrders);
    }
  }
}
