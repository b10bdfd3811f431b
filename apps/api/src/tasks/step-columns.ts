import type { Failure } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';
import { brokerOrderAt } from '../line/broker-order.js';
import type { TaskChange } from './task-step.js';
import { nextState } from './task-transitions.js';

/** The columns of a task that a step changes. */
export type StepColumns = Partial<TaskRow>;

/** What a step writes into the row of its task; undefined where it changes nothing any more (`TRANSITIONS`). */
export function columnsOf(row: TaskRow, change: TaskChange): StepColumns | undefined {
  // Runs cannot tell: the task may have been asked for once more before the API heard of the run that was cancelled.
  const isOver = change.kind === 'cancelled' && (change.again ?? row.again) !== row.again;
  if (isOver) return undefined;
  const next = nextState(row.state, row.run, change);
  return next && { ...next, ...detailsOf(row, change, Date.parse(change.at)) };
}

function detailsOf(row: TaskRow, change: TaskChange, at: number): StepColumns {
  const { attempt: attempts } = change;
  switch (change.kind) {
    case 'started':
      return {
        attempts,
        ...NO_FAILURE,
        retry_at: null,
        started_at: laterStart(row, at),
        // Whoever begins it has got it from the broker, whether or not the hand-over or its confirm could be written down.
        dispatched: row.dispatched ?? brokerOrderAt(at),
        claimed_until: 0,
      };
    case 'requeued':
      // A worker that stops gives it back to its place; that of a dead one is suspect and goes to the end.
      return {
        attempts,
        queued_at: at,
        claimed_until: 0,
        ...(change.reason === 'worker_crashed' && { dispatched: brokerOrderAt(at) }),
      };
    case 'retrying': {
      const retryAt = at + change.retryAfterMs;
      return {
        attempts,
        queued_at: at,
        retry_at: retryAt,
        dispatched: brokerOrderAt(retryAt),
        claimed_until: 0,
        ...failureColumns(change.failure),
      };
    }
    case 'succeeded':
      return {
        attempts,
        result: JSON.stringify(change.result),
        engine: JSON.stringify(change.engine),
        ...NO_FAILURE,
        retry_at: null,
        started_at: row.started_at ?? at,
        finished_at: at,
      };
    case 'failed':
      return { attempts, ...failureColumns(change.failure), retry_at: null, finished_at: at };
    case 'expired':
    case 'cancelled':
      return { ...NO_FAILURE, retry_at: null, finished_at: at };
    case 'redriven':
      // On an operator's time: it has no waiting limit any more. Its message is in the broker already.
      return { ...begunAnew(at), deadline_at: null, dispatched: brokerOrderAt(at) };
    case 'retried':
      return {
        ...begunAnew(at),
        dispatched: null,
        sent_class: null,
        claimed_until: 0,
        again: row.again + 1,
      };
  }
}

function begunAnew(at: number): StepColumns {
  return { ...NO_FAILURE, discarded_at: null, finished_at: null, queued_at: at, retry_at: null };
}

const NO_FAILURE = { failure: null, failure_code: null } as const;

function failureColumns(failure: Failure): StepColumns {
  return { failure: JSON.stringify(failure), failure_code: failure.code };
}

/** Rises with every run, even where the clocks of two workers differ: by it a page tells the newer of two views. */
function laterStart({ started_at: before }: TaskRow, at: number): number {
  return before !== null && before >= at ? before + 1 : at;
}
