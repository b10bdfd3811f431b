import { isFinalState } from '@app/contracts';
import { idsOf } from '../clients/history.js';
import { grouped } from './grouped.js';
import type {
  Expectations,
  Observation,
  Sighting,
  StateEvent,
  StoredStep,
  StoredTask,
} from './observation.js';
import type { Violation } from './violation.js';

/** The event log and what was seen of the store meanwhile, against the store. */
export function checkLog(seen: Observation, expected: Expectations): Violation[] {
  const tasks = new Map(seen.tasks.map((task) => [task.id, task]));
  const log = grouped(seen.events, ({ taskId }) => taskId);
  const steps = grouped(seen.steps, ({ taskId }) => taskId);
  const erased = new Set(seen.submissions.filter((each) => each.erased).flatMap(idsOf));
  const violations: Violation[] = [];
  for (const [id, events] of log) {
    const task = tasks.get(id);
    if (task) violations.push(...checkEvents(task, events, expected));
    else if (!erased.has(id))
      violations.push({ kind: 'phantom_task', subject: id, detail: `events tell of it: ${kindsOf(events)}` });
  }
  for (const task of seen.tasks) {
    if (!log.has(task.id)) violations.push(...checkEvents(task, [], expected));
  }
  for (const [id, sightings] of seen.sightings) {
    // What was erased has no log any more that could say who asked for it once more.
    if (!erased.has(id)) violations.push(...checkSightings(id, sightings, steps.get(id) ?? []));
  }
  return violations;
}

function checkEvents(task: StoredTask, events: readonly StateEvent[], expected: Expectations): Violation[] {
  const { id, state } = task;
  const violations: Violation[] = [];
  const succeeded = events.flatMap((event) => (event.kind === 'succeeded' ? [event.result.sha256] : []));
  if (new Set(succeeded).size > 1) {
    const detail = `events tell of ${new Set(succeeded).size} different results`;
    violations.push({ kind: 'duplicated_result', subject: id, detail });
  }
  const wild = events.find(({ attempt }) => attempt > expected.mostAttempts);
  if (wild)
    violations.push({ kind: 'attempts', subject: id, detail: `${wild.kind} of attempt ${wild.attempt}` });
  if (!agrees(task, events, succeeded)) {
    const detail = `the store says ${state}, the events ${kindsOf(events)}`;
    violations.push({ kind: 'log_disagrees', subject: id, detail });
  }
  return violations;
}

/**
 * Whether the events can have led to the end that the store has. Cancelling and expiring are decided in the store, so
 * they need no event; they and a failure may come before or after a success of a run that was under way.
 */
function agrees(task: StoredTask, events: readonly StateEvent[], succeeded: readonly string[]): boolean {
  const told = new Set(events.map(({ kind }) => kind));
  switch (task.state) {
    case 'succeeded':
      return task.result !== null && succeeded.includes(task.result.sha256);
    case 'failed':
      return told.has('failed');
    case 'cancelled':
    case 'expired':
      return true;
    default:
      // Not at its end, which `unfinished` tells; the events must not know one either.
      return !told.has('succeeded');
  }
}

/** A final state is never left, but by somebody who asks once more for what did not succeed. A result never changes. */
function checkSightings(
  id: string,
  sightings: readonly Sighting[],
  steps: readonly StoredStep[],
): Violation[] {
  const violations: Violation[] = [];
  let again = steps.filter(({ step }) => step === 'redriven' || step === 'retried').length;
  for (const [index, after] of sightings.entries()) {
    const before = sightings[index - 1];
    if (!before) continue;
    if (before.resultSha256 !== null && after.resultSha256 !== before.resultSha256) {
      violations.push({
        kind: 'duplicated_result',
        subject: id,
        detail: 'its result changed after it was seen',
      });
    }
    if (!isFinalState(before.state) || after.state === before.state) continue;
    if (before.state !== 'succeeded' && again-- > 0) continue;
    violations.push({ kind: 'illegal_transition', subject: id, detail: `${before.state} -> ${after.state}` });
  }
  return violations;
}

function kindsOf(events: readonly StateEvent[]): string {
  return events.length === 0 ? 'nothing' : events.map(({ kind, run }) => `${kind}(${run})`).join(' ');
}
