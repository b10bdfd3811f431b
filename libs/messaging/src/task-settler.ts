import type { Failure } from '@app/contracts';
import { untilDone } from './back-off.js';
import type { Delivery } from './delivery.js';
import type { Ending } from './ending.js';
import type { HeldTask } from './held-task.js';
import { lastToldRun, parked, passedOn, redriven } from './ledger-rules.js';
import type { MessagingLogger } from './messaging-logger.js';
import type { ServerEvents } from './server-events.js';
import { noteEnding } from './note-ending.js';
import type { LedgerUnreadable, TaskLedgerStore } from './task-ledger-store.js';
import type { TaskRepublisher } from './task-republisher.js';
import { retryLevelFor } from './topology.js';
import type { Topology } from './topology-rows.js';

export interface TaskSettlerOptions {
  topology: Topology;
  republisher: TaskRepublisher;
  events: ServerEvents;
  ledgers: Pick<TaskLedgerStore, 'cancellation'>;
  logger: MessagingLogger;
}

/** A message that is given back so close to its end of waiting would expire on the way. */
const LATE_MS = 5_000;

/**
 * Carries an ending out, in this order: tell it, publish the next copy, write the ledger, acknowledge (what ends in
 * parking is there before it is told). Each step is confirmed before the next, so that a process that dies in between
 * leaves the message to be settled by another one.
 */
export class TaskSettler {
  constructor(private readonly options: TaskSettlerOptions) {}

  /** Resolves when the message is acknowledged, or not ours any more. */
  async settle(task: HeldTask, ending: Ending): Promise<void> {
    const { delivery, message } = task;
    noteEnding(task, ending);
    if (ending.kind === 'interrupted' && !isLate(task)) return this.interrupt(task);
    if (ending.kind === 'withdrawn' && !isLate(task)) return this.withdraw(task);
    const steps = this.stepsOf(task, ending);
    const done = await this.untilDone(delivery, async () => {
      for (let step = steps[0]; step !== undefined; step = steps[0]) {
        await step();
        steps.shift();
      }
    });
    const { taskId } = message;
    const { run } = task.ledger;
    if (done && delivery.ack()) {
      this.options.logger.info({ taskId, run, ending: ending.kind }, 'task settled');
    } else {
      this.options.logger.warn(
        { taskId, run, ending: ending.kind },
        'the broker took the task back before it was settled',
      );
    }
  }

  /**
   * A message that nobody can read. Its task fails if it has not been begun: whoever sends garbage under the id of a
   * task that runs must not be able to end it.
   */
  async parkUnreadable(delivery: Delivery, failure: Failure, taskId: string | null): Promise<void> {
    const taskType = delivery.routingKey;
    const done = await this.untilDone(delivery, async () => {
      if (taskId !== null) {
        await this.options.events.tell({ taskId, taskType, attempt: 1, run: 0 }, { kind: 'failed', failure });
      }
      await this.options.republisher.toParking(delivery, failure, 1);
    });
    if (done && delivery.ack()) {
      this.options.logger.error({ taskId, taskType, failure }, 'a message that cannot be read was parked');
    }
  }

  /** The message waits in the longest retry level and comes again, unchanged, until somebody has mended its ledger. */
  async setAside(delivery: Delivery, why: LedgerUnreadable): Promise<void> {
    const { logger, republisher, topology } = this.options;
    logger.error({ err: why, queue: delivery.queue }, 'a task is set aside');
    const levelMs = retryLevelFor(topology, Number.MAX_SAFE_INTEGER);
    if (await this.untilDone(delivery, () => republisher.toRetryUnchanged(delivery, levelMs))) delivery.ack();
  }

  private stepsOf(task: HeldTask, ending: Ending): (() => Promise<void>)[] {
    const { republisher, topology } = this.options;
    const { delivery, attempt } = task;
    const tell = (told: Parameters<ServerEvents['tell']>[1]) => () =>
      this.options.events.tell(subjectOf(task), told);
    const passOn = (send: (counts: ReturnType<typeof passedOn>) => Promise<void>, counted = false) => {
      const next = passedOn(task.ledger, counted);
      return [() => send(next), () => task.update((ledger) => passedOn(ledger, counted))];
    };
    switch (ending.kind) {
      case 'done':
        return [];
      case 'succeeded':
        // Settled, so that a leftover copy of the message is known for one.
        return [tell(ending), () => task.update((ledger) => passedOn(ledger, false))];
      case 'cancelled':
        return [
          () => this.tellCancelled(task),
          () => task.update((ledger) => passedOn(ledger, false)),
          () => this.runAnewIfWanted(task),
        ];
      case 'expired':
        return [tell(ending)];
      case 'redriven':
        // The ledger was written before: the run number is part of the event.
        return [tell(ending), () => republisher.toOwnQueue(delivery, task.ledger)];
      case 'interrupted':
      case 'back_in_line': {
        const reason = ending.kind === 'back_in_line' ? 'worker_crashed' : 'worker_stopping';
        return [
          tell({ kind: 'requeued', reason }),
          ...passOn((counts) => republisher.toOwnQueue(delivery, counts)),
        ];
      }
      case 'withdrawn':
        return passOn((counts) => republisher.toOwnQueue(delivery, counts));
      case 'retry': {
        const { failure, counted, delayMs, gpu } = ending;
        const levelMs = retryLevelFor(topology, delayMs);
        return [
          tell({ kind: 'retrying', failure, counted, retryAfterMs: levelMs, gpu }),
          ...passOn((counts) => republisher.toRetry(delivery, levelMs, counts), counted),
        ];
      }
      case 'park': {
        const { failure, gpu } = ending;
        return [
          // First, for once: what is told to have failed can be sent through again.
          () => republisher.toParking(delivery, failure, attempt),
          tell({ kind: 'failed', failure, gpu }),
          () => task.update(parked),
        ];
      }
    }
  }

  /**
   * Nothing where the mark is gone: somebody has asked for the task once more since. That may happen at this moment, too,
   * so the API has to be able to tell this cancellation from a later one.
   */
  private async tellCancelled(task: HeldTask): Promise<void> {
    const mark = await this.options.ledgers.cancellation(task.message.taskId);
    if (!mark) return;
    const subject = { ...subjectOf(task), run: lastToldRun(task.ledger) };
    await this.options.events.tell(subject, { kind: 'cancelled', again: mark.again });
  }

  /**
   * A task can be asked for once more while its cancelled run still ends. The message for that is dropped where it comes
   * meanwhile, since this run has one of its own; so this one goes on in its place. Looked at after the ledger is settled:
   * from then on such a message is not dropped any more.
   */
  private async runAnewIfWanted(task: HeldTask): Promise<void> {
    if (await this.options.ledgers.cancellation(task.message.taskId)) return;
    await task.update(redriven);
    await this.options.events.tell(subjectOf(task), { kind: 'redriven' });
    await this.options.republisher.toOwnQueue(task.delivery, task.ledger);
  }

  /** Told once if that is possible: the broker may be what stops. The task goes back in any case. */
  private async interrupt(task: HeldTask): Promise<void> {
    const { delivery, message } = task;
    try {
      await this.options.events.tell(subjectOf(task), { kind: 'requeued', reason: 'worker_stopping' });
    } catch (error) {
      this.options.logger.warn({ err: error, taskId: message.taskId }, 'an interruption could not be told');
    }
    delivery.requeue();
  }

  private withdraw({ delivery, message, ledger, place }: HeldTask): Promise<void> {
    const { taskId } = message;
    if (delivery.requeue()) {
      this.options.logger.info(
        { taskId, run: ledger.run, err: place.withdrawn.reason as unknown },
        'task withdrawn',
      );
    }
    return Promise.resolve();
  }

  /** As long as the message is ours; the broker being away for publishing is only a reason to wait. */
  private async untilDone(delivery: Delivery, action: () => Promise<void>): Promise<boolean> {
    const done = await untilDone(action, {
      signal: delivery.open.closed,
      onFailure: (error, failures) =>
        this.options.logger.warn(
          { err: error, queue: delivery.queue, failures },
          'settling a task has to wait',
        ),
    });
    return done !== undefined;
  }
}

function subjectOf({ message, attempt, ledger }: HeldTask) {
  const { taskId, taskType } = message;
  return { taskId, taskType, attempt, run: ledger.run };
}

/** The broker keeps the time of an unsettled message running, and would take it for one that waited too long. */
function isLate({ decoded }: HeldTask): boolean {
  return decoded.deadlineAt !== undefined && Date.now() > decoded.deadlineAt - LATE_MS;
}
