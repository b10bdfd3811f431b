import type { Failure, TaskLedger } from '@app/contracts';
import type { LRUCache } from 'lru-cache';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldTask } from './held-task.js';
import { inHand } from './in-hand.js';
import { charged, holderDied, isStale, isUnsettled, redriven, verdict, type Holder } from './ledger-rules.js';
import type { MessagingLogger } from './messaging-logger.js';
import type { TaskLedgerStore } from './task-ledger-store.js';
import type { Ending } from './ending.js';
import type { TaskSettler } from './task-settler.js';

export interface TaskTriageOptions {
  /** Who holds the tasks in the ledger. */
  me: Holder;
  settler: TaskSettler;
  ledgers: TaskLedgerStore;
  /** By task id: the run that ended in this process last, with its ending. */
  ended: LRUCache<string, { run: number; ending: Ending }>;
  logger: MessagingLogger;
  /** See `TaskServerOptions.abandonPrompt`. */
  abandonPrompt?: (prompt: NonNullable<TaskLedger['prompt']>) => Promise<void>;
}

/** How long a living process may take to write that it has let go. */
const LETTING_GO_MS = 500;

/** Decides about a message before its task is run: whether it is, or what else becomes of it. */
export class TaskTriage {
  constructor(private readonly options: TaskTriageOptions) {}

  /** All that can become of a message without its task being run. True where it is settled, or ours no more. */
  async sendOn(task: HeldTask): Promise<boolean> {
    const { delivery, decoded, message } = task;
    const { ledgers, logger } = this.options;
    const { taskId } = message;
    if (isStale(task.ledger, decoded.settledRuns)) {
      logger.info({ taskId, run: task.ledger.run }, 'a stale copy of a task is dropped');
      delivery.ack();
      return true;
    }
    if (decoded.wasParked) {
      // What was begun since then has a copy of its own.
      if (isUnsettled(task.ledger)) delivery.ack();
      else await this.redrive(task);
      return true;
    }
    const ended = this.options.ended.get(taskId);
    if (ended && decoded.cameBack && ended.run === task.ledger.run && isUnsettled(task.ledger)) {
      logger.info({ taskId, run: ended.run }, 'settling again a task that had ended');
      await this.options.settler.settle(task, ended.ending);
      return true;
    }
    const cancelled = await inHand(task, logger, () => ledgers.cancellation(taskId));
    if (!cancelled) return true;
    if (cancelled.value) {
      await this.settleCancelled(task);
      return true;
    }
    if (task.isFresh && decoded.deadlineAt !== undefined && Date.now() > decoded.deadlineAt) {
      await this.options.settler.settle(task, { kind: 'expired' });
      return true;
    }
    return (await this.isOrphan(task)) ? this.chargeCrash(task) : false;
  }

  /**
   * True where the process that ran the task died. One that only lost its connection lets go at that moment, but the
   * broker may be quicker to hand the message on: therefore a second look.
   */
  private async isOrphan(task: HeldTask): Promise<boolean> {
    const { cameBack } = task.decoded;
    const { logger } = this.options;
    if (!holderDied(task.ledger, cameBack, this.options.me)) return false;
    await sleep(LETTING_GO_MS);
    await inHand(task, logger, () => task.readAgain());
    return holderDied(task.ledger, cameBack, this.options.me);
  }

  /** The first crash is forgiven on the spot, for the second the task goes to the end of the line. */
  private async chargeCrash(task: HeldTask): Promise<boolean> {
    const { logger } = this.options;
    if (!(await inHand(task, logger, () => task.update(charged)))) return true;
    const { taskId } = task.message;
    const { run, crashes } = task.ledger;
    logger.warn({ taskId, run, crashes }, 'a task came back from a worker that died');
    if (verdict(task.ledger) === 'killer') {
      const message = `The worker that ran the task died, ${crashes} times.`;
      const failure: Failure = { code: 'worker_crashed', message };
      await this.options.settler.settle(task, { kind: 'park', failure });
      return true;
    }
    if (crashes === 1) return false;
    await this.options.settler.settle(task, { kind: 'back_in_line' });
    return true;
  }

  private async redrive(task: HeldTask): Promise<void> {
    const { logger } = this.options;
    if (await inHand(task, logger, () => task.update(redriven))) {
      await this.options.settler.settle(task, { kind: 'redriven' });
    }
  }

  async settleCancelled(task: HeldTask): Promise<void> {
    await this.abandonPrompt(task);
    await this.options.settler.settle(task, { kind: 'cancelled' });
  }

  /** A cancelled task's earlier run may still be at work in an engine; whether it could be stopped changes nothing here. */
  private async abandonPrompt({ ledger, message }: HeldTask): Promise<void> {
    try {
      if (ledger.prompt) await this.options.abandonPrompt?.(ledger.prompt);
    } catch (error) {
      this.options.logger.warn(
        { err: error, taskId: message.taskId, prompt: ledger.prompt },
        'a cancelled prompt may still run',
      );
    }
  }
}
