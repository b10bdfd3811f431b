import { PublishError } from '@app/messaging';
import { inTaskTrace, outsideOfTraces, type Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { TaskRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { HandOverStore } from './hand-over.store.js';
import { NextTasks } from './next-tasks.js';
import { TaskCopies } from './task-copies.js';

/** How many messages are under way to the broker at once; one at a time would cost a confirm's round trip each. */
const WINDOW = 50;
/** What another instance took before it died is found by looking, not by being told. */
const LOOK_EVERY_MS = 2_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 3_000;

/**
 * Hands waiting tasks to the broker, in the order of the line and never many at a time: at once when there is room for
 * one, again until confirmed while the broker is away, and at start what an earlier process left. A message may be
 * published twice (a confirm can get lost, a claim can end too early); workers are idempotent by task.
 */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private kicked = false;
  private stopped = false;
  private started = false;
  private failing = false;
  private delayMs = FIRST_DELAY_MS;
  private timer: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: HandOverStore,
    private readonly next: NextTasks,
    private readonly copies: TaskCopies,
    private readonly changes: TaskChanges,
    private readonly reach: BrokerReach,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // The embedded database is of one process, so that what is claimed at its start was claimed by the dead.
    if (this.env.databaseUrl.startsWith('file:')) await this.store.releaseAll();
    this.reach.onReturn(() => this.kick());
    this.next.onRoom(() => this.kick());
    this.looking = setInterval(() => this.kick(), LOOK_EVERY_MS).unref();
    this.started = true;
    this.kick();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looking);
    clearTimeout(this.timer);
    await this.running;
  }

  /** Something waits, there is room, or the broker is back: hand over now. */
  kick(): void {
    this.kicked = true;
    if (!this.started || this.stopped || this.running !== undefined) return;
    clearTimeout(this.timer);
    this.running = outsideOfTraces(() => this.drain()).finally(() => {
      this.running = undefined;
      if (this.kicked && !this.stopped) this.kick();
    });
  }

  private async drain(): Promise<void> {
    try {
      while (this.kicked && !this.stopped) {
        this.kicked = false;
        await this.handOverAll();
      }
      if (this.failing) this.logger.info('tasks are handed over again');
      this.failing = false;
      this.delayMs = FIRST_DELAY_MS;
    } catch (error) {
      this.kicked = false;
      if (!this.failing) this.logger.warn({ err: error }, 'tasks could not be handed over; trying again');
      this.failing = true;
      this.timer = setTimeout(() => this.kick(), this.delayMs).unref();
      this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
    }
  }

  private async handOverAll(): Promise<void> {
    // A place in the broker's line is taken only when it can be had.
    if (this.reach.problem !== null) return this.failIfAnyWaits(this.reach.problem);
    const unconfirmed = await this.store.takeUnconfirmed(WINDOW);
    await this.publish(unconfirmed.toSorted((a, b) => (a.dispatched ?? 0) - (b.dispatched ?? 0)));
    for (;;) {
      if (this.stopped || this.reach.problem !== null) return;
      const wanted = this.next.take(WINDOW);
      if (wanted.length === 0) return;
      const taken = await this.takeOrGiveBack(wanted);
      for (const change of taken) this.changes.stored(change);
      await this.publish(taken.map(({ row }) => row));
    }
  }

  private async takeOrGiveBack(wanted: ReturnType<NextTasks['take']>) {
    try {
      const taken = await this.store.take(wanted);
      const ids = new Set(taken.map(({ row }) => row.id));
      await this.next.giveBack(wanted.filter(({ id }) => !ids.has(id)));
      return taken;
    } catch (error) {
      await this.next.giveBack(wanted);
      throw error;
    }
  }

  private async failIfAnyWaits(problem: string): Promise<void> {
    if (!this.next.any && (await this.store.unconfirmed()) === 0) return;
    this.reach.failed();
    throw new PublishError('BROKER_UNAVAILABLE', problem);
  }

  /** @throws PublishError where the trouble is the broker's, and so everybody's. One row's own trouble waits for the next look. */
  private async publish(rows: readonly TaskRow[]): Promise<void> {
    if (rows.length === 0) return;
    const prepared = await Promise.all(rows.map((row) => inTaskTrace(row, () => this.copies.prepare(row))));
    const results = await Promise.allSettled(
      rows.map((row, index) => this.publishOne(row, prepared[index]!)),
    );
    const failures = results.flatMap((each, index) =>
      each.status === 'rejected' ? [{ row: rows[index]!, reason: each.reason as unknown }] : [],
    );
    const left = new Set(failures.map(({ row }) => row.id));
    await this.store.confirm(rows.filter(({ id }) => !left.has(id)).map(({ id }) => id));
    await this.store.release([...left]);
    // A row that no queue takes or no worker would understand is its own trouble.
    const shared = failures.find(
      ({ reason }) => reason instanceof PublishError && reason.code !== 'UNROUTABLE',
    );
    if (shared) {
      this.reach.failed();
      throw shared.reason;
    }
    this.reach.worked();
    for (const { row, reason } of failures) {
      inTaskTrace(row, () =>
        this.logger.error({ err: reason, taskId: row.id, taskType: row.type }, 'a task cannot be published'),
      );
    }
  }

  private publishOne(row: TaskRow, publish: () => Promise<void>): Promise<void> {
    return inTaskTrace(row, async () => {
      await publish();
      this.logger.info({ taskId: row.id, taskType: row.type }, 'published');
    });
  }
}
