import type { TaskNotice } from '@app/contracts';
import { PublishError } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { Entrances } from '../broker/entrances.js';
import type { DeliveryRow } from '../database/schema.js';
import type { AnswerAddress } from '../tasks/reply-address.js';
import type { AttemptOutcome } from './attempt.js';

/** The broker is away for everybody; a few seconds more make no difference. */
const AWAY: AttemptOutcome = { kind: 'put_off', ms: 3000 };

/** Publishes outcomes to the queues that senders of messages named. */
@Injectable()
export class AnswerAttempts {
  constructor(private readonly entrances: Entrances) {}

  /** Whether the broker takes messages for this virtual host. */
  canReach(vhost: string): boolean {
    return this.entrances.all.some(
      (entrance) => entrance.vhost === vhost && entrance.publisher.problem === null,
    );
  }

  async attempt(row: DeliveryRow): Promise<AttemptOutcome> {
    const { vhost, replyTo, correlationId, taskId } = JSON.parse(row.target) as AnswerAddress;
    const entrance = this.entrances.of(vhost);
    if (entrance === undefined) return AWAY;
    const notice = JSON.parse(row.body) as TaskNotice;
    const ids = { correlationId: correlationId ?? taskId ?? row.task_id, messageId: row.id };
    try {
      const reached = await entrance.answers.publish(replyTo, notice, ids);
      if (reached === 'delivered') return { kind: 'delivered', status: null };
    } catch (error) {
      if (error instanceof PublishError) return AWAY;
      throw error;
    }
    const error = 'Nobody waits for the answer any more: there is no such queue.';
    return { kind: 'failed', status: null, error, retryAfterMs: null, next: 'give_up' };
  }
}
