import type { ForeignDelivery, ForeignOutcome } from '@app/messaging';
import { inTaskTrace, type Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { TaskNotices } from '../notices/task-notices.js';
import type { ReplyAddress } from '../tasks/reply-address.js';
import { ForeignIntake } from './foreign-intake.js';
import { readForeignTask, type ForeignTask, type Reading } from './foreign-task.js';
import { IntakeMetrics, type IntakeOutcome } from './intake-metrics.js';
import { refusalOf } from './refusal-of.js';
import { Refused, type Refusal } from './refusal.js';
import { allowedReply } from './reply-rules.js';
import { TaskResolver } from './task-resolver.js';

/** Takes the messages of other systems, one call each: into the line, or with a reason to the parking queue. */
@Injectable()
export class ForeignTasks {
  constructor(
    private readonly intake: ForeignIntake,
    private readonly resolver: TaskResolver,
    private readonly notices: TaskNotices,
    private readonly metrics: IntakeMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * `taken` once the task of the message is committed, whether it was made by this call or an earlier one; the message may
   * be forgotten then. `refused` where no repetition helps. Its sender is told both. Rejects for what may pass: nothing was
   * made, and the same message has to come again.
   */
  async take(delivery: ForeignDelivery): Promise<ForeignOutcome> {
    const reading = readForeignTask(delivery);
    const reply = this.replyTo(delivery, reading);
    try {
      const task = taskOf(reading);
      const { row, replayed } = await this.intake.takeIn({ task, delivery, reply });
      // Of a new task its sender has heard where it was stored.
      if (replayed) this.notices.present(row, reply);
      const outcome = replayed ? 'duplicate' : 'accepted';
      inTaskTrace(row, () => this.tell(delivery, outcome, { taskId: row.id, senderTaskId: task.taskId }));
      return { kind: 'taken' };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return await this.refuse(refusal, { delivery, reading, reply });
    }
  }

  private async refuse(
    refusal: Refusal,
    { delivery, reading, reply }: { delivery: ForeignDelivery; reading: Reading; reply: ReplyAddress | null },
  ): Promise<ForeignOutcome> {
    const { code, message } = refusal;
    const taskId = idOf(reading);
    const type = 'task' in reading ? this.resolver.knownTypeOf(reading.task, delivery) : null;
    const told = { taskId, type, code, message };
    // Whoever brought it for somebody else tells that one, and hears of it in no other way.
    if (delivery.entrance === 'vouched' && reply !== null) await this.notices.refusedForSure(told, reply);
    else this.notices.refused(told, reply);
    this.tell(delivery, code, { senderTaskId: taskId, reason: message });
    return { kind: 'refused', code, message };
  }

  /** Null where the sender asks for no answer, or for one in a queue that may be somebody else's. */
  private replyTo(delivery: ForeignDelivery, reading: Reading): ReplyAddress | null {
    const { entrance, vhost, correlationId, user } = delivery;
    const replyTo = allowedReply({ ...delivery, vouched: entrance === 'vouched', user: user ?? '' });
    if (replyTo === null) {
      if (delivery.replyTo) this.ignoreReply(delivery);
      return null;
    }
    const progress = 'task' in reading && reading.task.progress;
    return { vhost, replyTo, correlationId, taskId: idOf(reading), progress };
  }

  private ignoreReply({ user, replyTo }: ForeignDelivery): void {
    this.metrics.replyIgnored();
    this.logger.warn({ user, replyTo }, 'a sender waits for answers in a queue that may not be its own');
  }

  private tell({ user, entrance, vhost }: ForeignDelivery, outcome: IntakeOutcome, what: object): void {
    this.metrics.message(outcome);
    const level = outcome === 'forbidden' || outcome === 'unauthenticated' ? 'warn' : 'info';
    this.logger[level]({ user, entrance, vhost, outcome, ...what }, 'foreign message');
  }
}

/** @throws Refused for a message that cannot be read. */
function taskOf(reading: Reading): ForeignTask {
  if ('task' in reading) return reading.task;
  throw new Refused(reading.refusal.code, reading.refusal.message);
}

function idOf(reading: Reading): string | null {
  return 'task' in reading ? reading.task.taskId : reading.taskId;
}
