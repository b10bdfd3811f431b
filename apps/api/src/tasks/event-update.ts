import type { TaskState } from '@app/contracts';
import type { StateEvent } from '@app/messaging';
import { sql, type ExpressionBuilder } from 'kysely';
import type { Tables } from '../database/schema.js';
import { TRANSITIONS, type RunRule } from './task-transitions.js';

type Tasks = ExpressionBuilder<Tables, 'tasks'>;

/** The rows that an event still changes: `TRANSITIONS` as a condition. */
export function mayApply(eb: Tasks, event: StateEvent) {
  const states = Object.entries(TRANSITIONS[event.kind].from) as [TaskState, RunRule][];
  return eb.or(
    states.map(([state, rule]) => {
      const inState = eb('state', '=', state);
      if (rule === 'newer') return inState.and('run', '<', event.run);
      if (rule === 'same_or_newer') return inState.and('run', '<=', event.run);
      return rule === 'never_begun' ? inState.and('run', '=', 0) : inState;
    }),
  );
}

/** What an event writes into the row of its task. */
export function columnsOf(eb: Tasks, event: StateEvent) {
  const { to: state, takesRun } = TRANSITIONS[event.kind];
  return { state, ...(takesRun && { run: event.run }), ...detailsOf(eb, event, Date.parse(event.at)) };
}

function detailsOf(eb: Tasks, event: StateEvent, at: number) {
  switch (event.kind) {
    case 'started':
      return { attempts: event.attempt, failure: null, started_at: laterStart(at) };
    case 'requeued':
      return { attempts: event.attempt, queued_at: at };
    case 'retrying':
      return { attempts: event.attempt, queued_at: at, failure: JSON.stringify(event.failure) };
    case 'succeeded':
      return {
        attempts: event.attempt,
        result: JSON.stringify(event.result),
        engine: JSON.stringify(event.engine),
        failure: null,
        started_at: eb.fn.coalesce('started_at', eb.val(at)),
        finished_at: at,
      };
    case 'failed':
      return { attempts: event.attempt, failure: JSON.stringify(event.failure), finished_at: at };
    case 'expired':
    case 'cancelled':
      return { failure: null, finished_at: at };
    case 'redriven':
      // On an operator's time: it has no waiting limit any more.
      return { failure: null, finished_at: null, queued_at: at, deadline_at: null };
  }
}

/** Rises with every run, even where the clocks of two workers differ: by it a page tells the newer of two views. */
function laterStart(at: number) {
  return sql<number>`case when started_at >= ${at} then started_at + 1 else ${at} end`;
}
