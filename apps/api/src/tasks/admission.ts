import { Inject, Injectable } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LinesService } from '../line/lines.service.js';
import { ProblemException } from '../problems/problem.exception.js';

/** A line empties as fast as photos are coloured; a broker is usually back much sooner. */
const FULL_RETRY_AFTER_S = 60;
const BACKLOG_RETRY_AFTER_S = 10;

/** Says no before a photo is stored when the line is too long, or grows while RabbitMQ is away. */
@Injectable()
export class Admission {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    private readonly lines: LinesService,
    private readonly reach: BrokerReach,
  ) {}

  /** @throws ProblemException `queue_full` or `broker_backlog_full`. */
  check(): void {
    const { waiting } = this.lines;
    const { maxWaiting, maxWaitingWithoutBroker } = this.env;
    if (this.reach.away && waiting >= maxWaitingWithoutBroker) {
      throw new ProblemException(
        'broker_backlog_full',
        { limit: maxWaitingWithoutBroker },
        { retryAfterS: BACKLOG_RETRY_AFTER_S },
      );
    }
    if (waiting < maxWaiting) return;
    throw new ProblemException('queue_full', { limit: maxWaiting }, { retryAfterS: FULL_RETRY_AFTER_S });
  }
}
