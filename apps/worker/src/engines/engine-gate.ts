import type { WorkerStatus } from '@app/contracts';
import type { TaskGate } from '@app/messaging';
import type { Logger } from '@app/runtime';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Departure } from '../departure/departure.js';
import { Orders } from '../orders/orders.js';
import { CATALOG, LOGGER } from '../tokens.js';
import { EngineLanes } from './engine-lanes.js';
import { Engines } from './engines.js';
import type { LaneLimits } from './lane-queue.js';

interface Reason {
  code: NonNullable<WorkerStatus['closedBecause']>;
  phrase: string;
}

/**
 * Keeps tasks in their queues, for other workers, while no engine of this one can take them: none answers, the memory of
 * their GPUs is taken, they fail, or lack what the tasks need; while the operators have paused it; and for good once its
 * machine is about to be taken away. What runs already goes on, as far as the gate is concerned.
 *
 * An engine that has missed one look does not close it: it may only be busy. It gets no task until it answers again.
 */
@Injectable()
export class EngineGate implements TaskGate {
  private reason: Reason | null = { code: 'no_engine', phrase: 'no engine has been asked yet' };
  private said = '';
  private readonly listeners = new Set<() => void>();

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly engines: Engines,
    private readonly lanes: EngineLanes,
    private readonly orders: Orders,
    private readonly departure: Departure,
  ) {
    engines.onChange(() => this.lookAgain());
    catalog.onChange(() => this.lookAgain());
    orders.onChange(() => this.lookAgain());
    departure.onAnnounced(() => this.lookAgain());
  }

  get closedBecause(): string | null {
    return this.reason?.phrase ?? null;
  }

  /** The same for programs. */
  get closedCode(): WorkerStatus['closedBecause'] {
    return this.reason?.code ?? null;
  }

  /** Tasks that may be in hand now. */
  get room(): LaneLimits {
    return this.lanes.room;
  }

  /** Whether there is a workflow for tasks of this type (it may have been taken away), and an engine, and it is not paused. */
  accepts(taskType: string): boolean {
    if (this.orders.pausedTypes.includes(taskType)) return false;
    return this.catalog.get(taskType) !== undefined && this.lanes.accepts(taskType);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private lookAgain(): void {
    this.become(this.judge());
    const accepted = this.engines.types.map(({ view }) => this.accepts(view.type));
    const said = JSON.stringify([this.reason, this.room, accepted]);
    if (said === this.said) return;
    this.said = said;
    for (const listener of this.listeners) listener();
  }

  private judge(): Reason | null {
    const { because } = this.departure;
    if (because !== null) {
      return { code: 'leaving', phrase: `this machine is about to be taken away (${because})` };
    }
    if (this.orders.isPaused) return { code: 'paused', phrase: 'an operator has paused this worker' };
    const { all } = this.engines;
    if (all.some((engine) => engine.isWell && engine.memory.open)) return null;
    const full = all.filter((engine) => engine.isReachable && !engine.memory.open);
    if (full.length === 0) return { code: 'no_engine', phrase: this.engines.whyNone };
    const reasons = full.map(({ address, memory }) =>
      all.length === 1 ? memory.reason : `${address}: ${memory.reason}`,
    );
    return { code: 'gpu_memory', phrase: reasons.join('; ') };
  }

  private become(reason: Reason | null): void {
    const [before, now] = [this.reason, reason];
    this.reason = reason;
    if (before?.code === now?.code && this.said !== '') return;
    if (now === null) this.logger.info('an engine is there: tasks may begin');
    else if (now.code === 'paused') this.logger.info({ reason: now.phrase }, 'no tasks begin');
    else this.logger.warn({ reason: now.phrase }, 'no tasks begin');
  }
}
