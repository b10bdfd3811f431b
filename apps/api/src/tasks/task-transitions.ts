import type { TaskState, TaskStep } from '@app/contracts';

/** The steps that change a task's state: what workers tell, what the API decides. */
export type StateChange = Exclude<TaskStep, 'submitted' | 'dispatched' | 'imported'>;

/** How an event's run has to stand to the run that the task is known to have reached. */
export type RunRule = 'newer' | 'same_or_newer' | 'never_begun' | 'any';

/** Where one kind of event leads: to one state, from some states, each under a rule for the run. */
export interface Transition {
  to: TaskState;
  from: Partial<Record<TaskState, RunRule>>;
  /** Whether the task has reached the event's run by it. */
  takesRun: boolean;
}

/**
 * The one table of what may happen to a task. Events come twice, late and out of order, so that each has to say by
 * itself whether it still changes anything: what an earlier run tells never undoes what a later one has told.
 *
 * - A retry or a lost worker puts a task back in line, but what overtook it (a later run) stays.
 * - A result is a result, whichever run made it. A failure counts unless a later run has begun since.
 * - Only what no worker has ever begun expires.
 * - A cancellation counts unless a later run has begun since: a worker may tell it after the task was asked for again.
 * - A final state is left in one way: somebody asks once more for what did not succeed, which takes a run of its own.
 *   An operator does it from the parking queue (`redriven`), an owner through the API (`retried`).
 */
export const TRANSITIONS: Readonly<Record<StateChange, Transition>> = {
  started: { to: 'running', from: { queued: 'newer', running: 'newer' }, takesRun: true },
  requeued: { to: 'queued', from: { queued: 'newer', running: 'same_or_newer' }, takesRun: true },
  retrying: { to: 'queued', from: { queued: 'newer', running: 'same_or_newer' }, takesRun: true },
  succeeded: { to: 'succeeded', from: { queued: 'any', running: 'any' }, takesRun: false },
  failed: { to: 'failed', from: { queued: 'same_or_newer', running: 'same_or_newer' }, takesRun: true },
  expired: { to: 'expired', from: { queued: 'never_begun' }, takesRun: false },
  cancelled: {
    to: 'cancelled',
    from: { queued: 'same_or_newer', running: 'same_or_newer' },
    takesRun: false,
  },
  redriven: { to: 'queued', from: { failed: 'newer' }, takesRun: true },
  retried: { to: 'queued', from: { failed: 'newer', cancelled: 'newer', expired: 'newer' }, takesRun: true },
};

const HOLDS: Record<RunRule, (known: number, told: number) => boolean> = {
  newer: (known, told) => told > known,
  same_or_newer: (known, told) => told >= known,
  never_begun: (known) => known === 0,
  any: () => true,
};

/** The state and run that an event leads to; undefined where it changes nothing. `TasksStore.apply` asks it. */
export function nextState(
  state: TaskState,
  run: number,
  event: { kind: StateChange; run: number },
): { state: TaskState; run: number } | undefined {
  const { to, from, takesRun } = TRANSITIONS[event.kind];
  const rule = from[state];
  if (rule === undefined || !HOLDS[rule](run, event.run)) return undefined;
  return { state: to, run: takesRun ? event.run : run };
}
