import { queueDepths } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BrokerConnections } from '../broker/broker-connections.js';
import { BrokerReach } from '../broker/broker-reach.js';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { Pauses } from '../pauses/pauses.js';
import { HandOverStore } from './hand-over.store.js';
import { LinesService } from './lines.service.js';
import { TaskCopies } from './task-copies.js';
import { UntendedRuns, type UntendedRun } from './untended-runs.js';

const EVERY_MS = 10_000;
/** A message that was just taken is told of within moments; one that a worker took beforehand may be in its hand long. */
const FIRST_AFTER_MS = 30_000;
const REMEMBERED = 10_000;

/**
 * Publishes again what the broker has lost: somebody purged or deleted a queue, or its disk was replaced. Their tasks
 * would wait for ever, and everybody behind them, since the broker seems to hold enough. Where more were handed over than
 * lie in the queue, the oldest of them are suspected, as many as are missing; those that were begun and that no worker is
 * at count among them. A worker may have one in hand, and drops the second copy then. Each time is twice as long after the
 * last.
 */
@Injectable()
export class LostMessages implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly patience = new LRUCache<string, number>({ max: REMEMBERED });
  private readonly suspectedSince = new Map<string, number>();
  private readonly work: RepeatedWork;

  constructor(
    private readonly lines: LinesService,
    private readonly store: HandOverStore,
    private readonly connections: BrokerConnections,
    private readonly reach: BrokerReach,
    private readonly pauses: Pauses,
    private readonly untended: UntendedRuns,
    private readonly copies: TaskCopies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const options = { name: 'search for lost messages', everyMs: EVERY_MS, firstAfterMs: EVERY_MS, logger };
    this.work = new RepeatedWork(async () => void (await this.look()), options);
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** One look, at `now` (milliseconds of any clock that goes forward). @returns how many are published again. */
  async look(now = performance.now()): Promise<number> {
    if (this.reach.away) return 0;
    // Of a paused one somebody else may be looking through the queue at this moment.
    const begun = (await this.untended.all()).filter(({ type }) => !this.pauses.isTypePaused(type));
    const waiting = this.lines.types.filter(
      (type) => this.lines.of(type).sentCount(0) > 0 && !this.pauses.isTypePaused(type),
    );
    const types = [...new Set([...waiting, ...begun.map(({ type }) => type)])];
    if (types.length === 0) return 0;
    const depths = await queueDepths(this.connections.consume, types);
    const suspects = new Set(depths.flatMap(({ taskType, ready }) => this.missing(taskType, ready, begun)));
    for (const id of this.suspectedSince.keys()) if (!suspects.has(id)) this.suspectedSince.delete(id);
    for (const id of suspects) if (!this.suspectedSince.has(id)) this.suspectedSince.set(id, now);
    const lost = [...suspects].filter((id) => now - this.suspectedSince.get(id)! >= this.patienceWith(id));
    if (lost.length === 0) return 0;
    this.logger.warn({ taskIds: lost }, 'the broker seems to have lost messages; they are published again');
    this.copies.miss(lost);
    await this.store.release(lost);
    const wereBegun = new Set(begun.map(({ id }) => id));
    await this.untended.publishAgain(lost.filter((id) => wereBegun.has(id)));
    for (const id of lost) {
      this.patience.set(id, this.patienceWith(id) * 2);
      this.suspectedSince.delete(id);
    }
    return lost.length;
  }

  private patienceWith(id: string): number {
    return this.patience.get(id) ?? FIRST_AFTER_MS;
  }

  /** Of those that stand in line or were begun, and should be in the broker: the oldest, as many as it does not have. */
  private missing(type: string, ready: number, begun: readonly UntendedRun[]): string[] {
    const line = this.lines.of(type);
    const sent = [
      ...line.sentIds().map((id) => ({ id, order: line.get(id)?.dispatched ?? 0 })),
      ...begun
        .filter((run) => run.type === type)
        .map(({ id, dispatched }) => ({ id, order: dispatched ?? 0 })),
    ].toSorted((a, b) => a.order - b.order);
    return sent.slice(0, Math.max(0, sent.length - ready)).map(({ id }) => id);
  }
}
