import { Inject, Injectable } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { OutboxStore } from '../outbox/outbox.store.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TasksStore } from './tasks.store.js';

/** A line empties as fast as photos are coloured; a broker is usually back much sooner. */
const FULL_RETRY_AFTER_S = 60;
const BACKLOG_RETRY_AFTER_S = 10;

/** Says no before a photo is stored when the line, or what the broker has not got yet, is too long. */
@Injectable()
export class Admission {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    private readonly tasks: TasksStore,
    private readonly outbox: OutboxStore,
    private readonly reach: BrokerReach,
  ) {}

  /** @throws ProblemException `queue_full` or `broker_backlog_full`. */
  async check(): Promise<void> {
    const { maxWaiting, maxOutboxPending } = this.env;
    if (this.reach.away && (await this.outbox.count()) >= maxOutboxPending) {
      const detail = `The queue cannot be reached, and ${maxOutboxPending} photos wait for it already.`;
      throw new ProblemException('broker_backlog_full', detail, { retryAfterS: BACKLOG_RETRY_AFTER_S });
    }
    if ((await this.tasks.countWaiting()) < maxWaiting) return;
    throw new ProblemException('queue_full', `${maxWaiting} photos are waiting already.`, {
      retryAfterS: FULL_RETRY_AFTER_S,
    });
  }
}
