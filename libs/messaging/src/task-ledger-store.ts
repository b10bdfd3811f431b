import type { CancelMark, TaskLedger } from '@app/contracts';

/**
 * Where the task server keeps what it knows of a task beyond one message (see `TaskLedger`), and where it learns that
 * a task was cancelled. Shared by all workers, durable, and out of reach for those who publish messages.
 * A call that rejects is repeated until it succeeds, and the message stays in hand meanwhile; a message whose ledger is
 * unreadable is set aside, so that it keeps no other from being run.
 */
export interface TaskLedgerStore {
  /** Undefined where no worker has begun the task. Rejects with `LedgerUnreadable` where trying again does not help. */
  read(taskId: string): Promise<TaskLedger | undefined>;
  /** Resolves once it is durable; replaces what was there as a whole. */
  write(taskId: string, ledger: TaskLedger): Promise<void>;
  /** Undefined where the task is not cancelled (any more). */
  cancellation(taskId: string): Promise<Partial<CancelMark> | undefined>;
}

/** A ledger is there and cannot be understood: written by a newer version, or damaged. An operator has to look. */
export class LedgerUnreadable extends Error {
  override readonly name = 'LedgerUnreadable';
}
