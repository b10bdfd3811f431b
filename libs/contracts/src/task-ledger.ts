import { z } from 'zod';
import { MOST_ATTEMPTS, MOST_RUNS } from './task-event.js';

/**
 * What the workers know of a task beyond one message. It lies in the artifact store, where no publisher of messages
 * can write, so that counts cannot be forged; it outlives every worker and every copy of the message.
 */
export const taskLedgerSchema = z.object({
  version: z.literal(1),
  /** Runs begun so far. */
  run: z.number().int().nonnegative().max(MOST_RUNS),
  /**
   * The latest of these runs of which nobody was told, because their turn never came: they were ahead of it, and were
   * withdrawn or cancelled. None where it is left out.
   */
  untoldRuns: z.number().int().positive().max(MOST_RUNS).optional(),
  /** Runs whose message has been settled; an older copy of the message is stale. */
  settledRun: z.number().int().nonnegative().max(MOST_RUNS),
  /** Attempts that failed and counted. */
  failedAttempts: z.number().int().nonnegative().max(MOST_ATTEMPTS),
  /** Times a process died while it ran the task. */
  crashes: z.number().int().nonnegative().max(MOST_ATTEMPTS),
  /** The process that runs it. Null once that process has let go of it; a dead process cannot. */
  holder: z.object({ process: z.uuid(), worker: z.string().max(100) }).nullable(),
  /** The prompt of the last run: where its result may lie although the run did not end well. */
  prompt: z.object({ id: z.uuid(), engine: z.string().max(500) }).nullable(),
});

/** See `taskLedgerSchema`. */
export type TaskLedger = z.infer<typeof taskLedgerSchema>;

/** Where a task's ledger lies in the artifact store. A task that has none was never begun. */
export function taskLedgerKey(taskId: string): string {
  return `ledger/${taskId}.json`;
}

/** What lies at `cancelMarkKey`. Marks of before version 1 hold a time, and say nothing of `again`. */
export const cancelMarkSchema = z.object({
  version: z.literal(1),
  /** How often the task had been asked for once more when it was cancelled: a cancellation of before that is over. */
  again: z.number().int().nonnegative().max(MOST_RUNS),
});

/** See `cancelMarkSchema`. */
export type CancelMark = z.infer<typeof cancelMarkSchema>;

/** Where a task's cancellation lies in the artifact store, for workers that were not there to hear of it. */
export function cancelMarkKey(taskId: string): string {
  return `ledger/${taskId}.cancelled`;
}
