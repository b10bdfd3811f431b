import { ArtifactStore } from '@app/artifact-store';
import { isFinalState, taskLedgerKey } from '@app/contracts';
import type { OverdueDecision, StateEvent } from '@app/messaging';
import { inTaskTrace, type Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { TakeBack } from '../line/take-back.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { TasksStore } from '../tasks/tasks.store.js';

/** The clocks of this machine, the workers' and the broker's may differ by so much without doing harm. */
export const CLOCKS_DIFFER_MS = 1_000;
/** How many tasks are looked at between two breaths. */
const BATCH = 100;

/**
 * Ends tasks that no worker began within their waiting limit. A worker writes a ledger before it begins a task, and the
 * store may hear of it much later; so only a task without a ledger expires.
 */
@Injectable()
export class ExpiryService {
  constructor(
    private readonly tasks: TasksStore,
    private readonly artifacts: ArtifactStore,
    private readonly changes: TaskChanges,
    private readonly takeBack: TakeBack,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Expires every task whose limit passed more than a second ago: a worker that began it in time by its own clock has
   * written its ledger by then. Several instances may do it at once. @returns how many it was.
   */
  async sweep(signal: AbortSignal): Promise<number> {
    const upTo = Date.now() - CLOCKS_DIFFER_MS;
    let expired = 0;
    let last: TaskRow | undefined;
    do {
      const batch: TaskRow[] = await this.tasks.findOverdue(upTo, BATCH, last);
      last = batch.at(-1);
      for (const task of batch) {
        if (signal.aborted) return expired;
        if (!(await this.isBegun(task.id)) && (await this.expire(task, upTo))) expired += 1;
      }
    } while (last !== undefined);
    return expired;
  }

  /** What becomes of a message that the broker took out of its queue as overdue. */
  async decide(taskId: string): Promise<OverdueDecision> {
    const task = await this.tasks.find(taskId);
    if (task === undefined) return 'unknown';
    if (isFinalState(task.state)) return 'ended';
    if (task.run > 0 || (await this.isBegun(taskId))) return 'again';
    // The broker counts from when it got the message, by a clock of its own.
    if (await this.expire(task, Date.now() + CLOCKS_DIFFER_MS)) return 'ended';
    // Its limit has moved on, or its type is paused: it is published again with what it has then.
    if (await this.takeBack.take(taskId)) return 'ended';
    // Something happened to it at this moment.
    const now = await this.tasks.find(taskId);
    return now && isFinalState(now.state) ? 'ended' : 'again';
  }

  private isBegun(taskId: string): Promise<boolean> {
    return this.artifacts.exists(taskLedgerKey(taskId));
  }

  private async expire(task: TaskRow, deadlineUpTo: number): Promise<boolean> {
    const event: StateEvent = {
      version: 1,
      kind: 'expired',
      taskId: task.id,
      taskType: task.type,
      at: new Date().toISOString(),
      attempt: 1,
      run: 0,
      worker: 'api',
    };
    const stored = await this.tasks.apply(event, { deadlineUpTo });
    if (stored === undefined) return false;
    const { row } = stored;
    const waitedMs = (row.finished_at ?? 0) - row.created_at;
    inTaskTrace(row, () => this.logger.warn({ taskId: row.id, taskType: row.type, waitedMs }, 'expired'));
    this.changes.stored(stored);
    return true;
  }
}
