import type { TaskLedger } from '@app/contracts';

/** Before any worker has begun the task. */
export const NEW_LEDGER: TaskLedger = {
  version: 1,
  run: 0,
  settledRun: 0,
  failedAttempts: 0,
  crashes: 0,
  holder: null,
  prompt: null,
};

/** A third crash ends the task: two may be bad luck (a restart, an out-of-memory neighbour). */
const MOST_CRASHES = 2;

/** A process that may hold tasks: an id that no other process and no later start of this one has. */
export type Holder = NonNullable<TaskLedger['holder']>;

/**
 * True for a copy of the message that was published before the task's last settlement: its successor is on its way or
 * the task has ended. A copy without the header (moved back from parking) is never stale.
 */
export function isStale(ledger: TaskLedger, settledRuns: number | undefined): boolean {
  return settledRuns !== undefined && settledRuns < ledger.settledRun;
}

/** A run was begun whose message nobody has settled: another copy of it is in the broker or in a worker's hand. */
export function isUnsettled(ledger: TaskLedger): boolean {
  return ledger.run > ledger.settledRun;
}

/** True where the message came back because the process that ran the task died: a living one lets go of it. */
export function holderDied(ledger: TaskLedger, cameBack: boolean, me: Holder): boolean {
  return cameBack && ledger.holder !== null && ledger.holder.process !== me.process;
}

export function charged(ledger: TaskLedger): TaskLedger {
  return { ...ledger, crashes: ledger.crashes + 1, holder: null };
}

/** What its crashes say about the task: a `suspect` must not take neighbours with it, a `killer` is not run again. */
export function verdict(ledger: TaskLedger): 'innocent' | 'suspect' | 'killer' {
  if (ledger.crashes > MOST_CRASHES) return 'killer';
  return ledger.crashes > 0 ? 'suspect' : 'innocent';
}

/** A run that is ahead of its turn has not been told, and may never be. */
export function begun(ledger: TaskLedger, me: Holder, isAhead = false): TaskLedger {
  const { untoldRuns = 0 } = ledger;
  const next = { ...told(ledger), run: ledger.run + 1, holder: me };
  return isAhead ? { ...next, untoldRuns: untoldRuns + 1 } : next;
}

/** The run's turn has come, and its beginning is told. */
export function told(ledger: TaskLedger): TaskLedger {
  const next = { ...ledger };
  delete next.untoldRuns;
  return next;
}

/** The last run that anybody was told of. */
export function lastToldRun({ run, untoldRuns = 0 }: TaskLedger): number {
  return Math.max(0, run - untoldRuns);
}

/** The process lives and has the task no longer in hand, without having settled its message. */
export function letGo(ledger: TaskLedger): TaskLedger {
  return { ...ledger, holder: null };
}

/** The message has been published again as another copy, to wait or to stand in line. */
export function passedOn(ledger: TaskLedger, countedFailure: boolean): TaskLedger {
  const failedAttempts = ledger.failedAttempts + (countedFailure ? 1 : 0);
  return { ...ledger, settledRun: ledger.run, failedAttempts, holder: null };
}

/** Nobody will run it again, unless an operator sends it through once more: with all its attempts then. */
export function parked(ledger: TaskLedger): TaskLedger {
  const { version, run } = ledger;
  return { ...NEW_LEDGER, version, run, settledRun: run };
}

/** An operator sends it through once more; this takes a run number of its own, since events are ordered by them. */
export function redriven(ledger: TaskLedger): TaskLedger {
  return parked({ ...ledger, run: ledger.run + 1 });
}
