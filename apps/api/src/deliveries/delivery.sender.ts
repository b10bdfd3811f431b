import { inTaskTrace, outsideOfTraces, type Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DueDeliveriesStore } from './due-deliveries.store.js';
import { Places, type Lane } from './places.js';

/** What another instance stored or left is found by looking, not by being told. */
const LOOK_EVERY_MS = 2_000;
/** Beyond the time limit of an attempt: to read the owner, and to write down what came of it. */
const CLAIM_MARGIN_MS = 15_000;
/** What is under way when the process ends gets so long; then it is let go, and sent again by the next one. */
const LAST_MS = 3_000;
/** The database has trouble. */
const TROUBLE_MS = 1_000;

/**
 * Tells other systems of outcomes: at once when one was stored here, again by the schedule, and at start what an earlier
 * process left. A delivery may be sent twice (a process dies between the answer and its note); it has the same id then.
 * Lanes keep receivers apart, so that a slow one holds up nobody else.
 */
@Injectable()
export class DeliverySender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly places = new Places();
  private readonly underWay = new Set<Promise<void>>();
  private readonly ending = new AbortController();
  private looking: Promise<void> | undefined;
  private woken = false;
  private started = false;
  private stopped = false;
  private interval: NodeJS.Timeout | undefined;
  /** By when somebody has to look again. */
  private alarm: { at: number; timer: NodeJS.Timeout } | undefined;
  /** Where the last round began: each lane is first in its turn. */
  private turn = 0;

  constructor(
    private readonly store: DueDeliveriesStore,
    private readonly attempts: DeliveryAttempts,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // The embedded database is of one process, so that what is claimed at its start was claimed by the dead.
    if (this.env.databaseUrl.startsWith('file:')) await this.store.releaseAll();
    this.interval = setInterval(() => this.wake(), LOOK_EVERY_MS).unref();
    this.started = true;
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.interval);
    clearTimeout(this.alarm?.timer);
    await this.looking;
    const all = Promise.all(this.underWay);
    await Promise.race([all, delay(LAST_MS, undefined, { ref: false })]);
    this.ending.abort();
    await all;
  }

  /** Something may be due, or a place has come free. Returns at once. */
  wake(): void {
    this.woken = true;
    if (!this.started || this.stopped || this.looking !== undefined) return;
    this.looking = outsideOfTraces(() => this.look()).finally(() => {
      this.looking = undefined;
      if (this.woken) this.wake();
    });
  }

  private async look(): Promise<void> {
    try {
      while (this.woken && !this.stopped) {
        this.woken = false;
        await this.beginAll();
      }
    } catch (error) {
      this.woken = false;
      this.logger.warn({ err: error }, 'outcomes could not be sent; trying again');
      this.wakeAt(Date.now() + TROUBLE_MS);
    }
  }

  private async beginAll(): Promise<void> {
    const lanes = await this.store.lanes();
    this.turn += 1;
    for (let index = 0; index < lanes.length; index += 1) {
      if (this.stopped) return;
      await this.beginIn(lanes[(index + this.turn) % lanes.length]!);
    }
  }

  private async beginIn(lane: Lane): Promise<void> {
    if (!this.attempts.mayTry(lane) || this.places.free(lane, 0) === 0) return;
    const now = Date.now();
    const until = now + this.env.webhookTimeoutMs + CLAIM_MARGIN_MS;
    const rows = await this.store.claim(lane, (busy) => this.places.free(lane, busy), { now, until });
    for (const row of rows) this.begin(lane, row);
  }

  private begin(lane: Lane, row: DeliveryRow): void {
    this.places.take(lane);
    const { task_id: id, traceparent } = row;
    const attempt = inTaskTrace({ id, traceparent }, () => this.attempt(row)).finally(() => {
      this.places.giveBack(lane);
      this.underWay.delete(attempt);
      this.wake();
    });
    this.underWay.add(attempt);
  }

  /** Never rejects: where it could not be settled its claim runs out, and it is tried again. */
  private async attempt(row: DeliveryRow): Promise<void> {
    try {
      const nextAt = await this.attempts.make(row, this.ending.signal);
      if (nextAt !== null) this.wakeAt(nextAt);
    } catch (error) {
      this.logger.error({ err: error, deliveryId: row.id }, 'a delivery could not be settled');
    }
  }

  private wakeAt(at: number): void {
    if (this.stopped || (this.alarm !== undefined && this.alarm.at <= at)) return;
    clearTimeout(this.alarm?.timer);
    // What is further away is found by looking.
    const ms = Math.min(Math.max(0, at - Date.now()), LOOK_EVERY_MS);
    const ring = () => {
      this.alarm = undefined;
      this.wake();
    };
    this.alarm = { at, timer: setTimeout(ring, ms).unref() };
  }
}
