import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { DeliveryRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { AnswerAttempts } from './answer-attempts.js';
import type { AttemptOutcome, FailedAttempt } from './attempt.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DueDeliveriesStore, type AfterAttempt, type AttemptNote } from './due-deliveries.store.js';
import type { Lane } from './places.js';
import { nextAttemptAt } from './retry-schedule.js';
import { WebhookAttempts } from './webhook-attempts.js';

const CLOSED = 'The receiver had answered 410 to another delivery: it wants nothing more at this address.';

type Counted = Exclude<AttemptOutcome, { kind: 'put_off' }>;

/** Makes one attempt at a claimed delivery, and writes down what came of it. */
@Injectable()
export class DeliveryAttempts {
  constructor(
    private readonly webhooks: WebhookAttempts,
    private readonly answers: AnswerAttempts,
    private readonly store: DueDeliveriesStore,
    private readonly metrics: DeliveryMetrics,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** False where the broker is away: what waits for it is left alone. */
  mayTry({ channel, host }: Lane): boolean {
    return channel !== 'amqp' || this.answers.canReach(host);
  }

  /** @returns when it is to be tried again; null where it is over. */
  async make(row: DeliveryRow, signal: AbortSignal): Promise<number | null> {
    const at = Date.now();
    const outcome =
      row.channel === 'amqp' ? await this.answers.attempt(row) : await this.webhooks.attempt(row, signal);
    const now = Date.now();
    if (outcome.kind === 'put_off') {
      await this.store.putOff(row, now + outcome.ms);
      return now + outcome.ms;
    }
    const error = outcome.kind === 'failed' ? outcome.error : null;
    const note = { at, duration_ms: Math.max(0, now - at), status: outcome.status, error };
    const after = this.after(row, outcome, now);
    const kept = await this.store.settle(row, note, after);
    if (outcome.kind === 'failed' && outcome.next === 'closed') {
      await this.store.close(row, { at: now, duration_ms: 0, status: null, error: CLOSED });
    }
    if (kept) this.tell(row, note, after);
    return after.state === 'pending' ? after.nextAt : null;
  }

  private after(row: DeliveryRow, outcome: Counted, now: number): AfterAttempt {
    if (outcome.kind === 'delivered') return { state: 'delivered' };
    const nextAt = outcome.next === 'again' ? this.nextOf(row, outcome, now) : null;
    return nextAt === null ? { state: 'failed' } : { state: 'pending', nextAt };
  }

  private nextOf(row: DeliveryRow, { retryAfterMs }: FailedAttempt, now: number): number | null {
    const failed = { attempts: row.attempts + 1, createdAt: row.created_at, retryAfterMs };
    return nextAttemptAt(failed, this.env.webhookRetryDelaysMs, now);
  }

  /** The host at most: an address may hold what only its owner knows. */
  private tell(row: DeliveryRow, note: AttemptNote, { state }: AfterAttempt): void {
    const { id: deliveryId, task_id: taskId, channel, host } = row;
    this.metrics.ended(channel, state === 'pending' ? 'retry' : state, note.duration_ms);
    const about = { deliveryId, taskId, channel, host, attempt: row.attempts + 1, status: note.status };
    if (state === 'delivered') this.logger.info(about, 'an outcome was delivered');
    else if (state === 'pending')
      this.logger.info({ ...about, error: note.error }, 'an outcome was not delivered; trying again');
    else this.logger.warn({ ...about, error: note.error }, 'an outcome was not delivered and is given up');
  }
}
