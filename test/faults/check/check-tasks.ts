import { isFinalState } from '@app/contracts';
import { idsOf } from '../clients/history.js';
import { grouped } from './grouped.js';
import type { Expectations, Observation, StoredTask } from './observation.js';
import type { Violation } from './violation.js';

/** What the clients were promised, against what the store has. */
export function checkTasks(seen: Observation, expected: Expectations): Violation[] {
  const byId = new Map(seen.tasks.map((task) => [task.id, task]));
  const byOriginal = grouped(seen.tasks, (task) => task.originalSha256);
  const violations: Violation[] = [];
  const known = new Set<string>();

  for (const submission of seen.submissions) {
    const { key, photo } = submission;
    const promised = idsOf(submission);
    const sha256 = expected.photos.get(photo)?.sha256 ?? '';
    const stored = byOriginal.get(sha256) ?? [];
    for (const task of stored) known.add(task.id);
    if (submission.isConfirmed && stored.length === 0 && !submission.erased)
      violations.push({ kind: 'lost', subject: key, detail: `photo ${photo}, confirmed as a message` });
    if (promised.length > 1 || stored.length > 1) {
      const ids = [...new Set([...promised, ...stored.map(({ id }) => id)])];
      violations.push({ kind: 'duplicated_task', subject: key, detail: `photo ${photo}: ${ids.join(', ')}` });
    }
    for (const id of promised) {
      const task = byId.get(id);
      if (task) known.add(id);
      else if (!submission.erased)
        violations.push({ kind: 'lost', subject: id, detail: `photo ${photo}, key ${key}` });
    }
    for (const task of stored) violations.push(...checkEnd(task, photo, expected));
  }
  for (const { id, state } of seen.tasks) {
    if (!known.has(id)) violations.push({ kind: 'phantom_task', subject: id, detail: `it is ${state}` });
  }
  return violations;
}

function checkEnd(task: StoredTask, photo: number, expected: Expectations): Violation[] {
  const { id, state, attempts, failure } = task;
  if (!isFinalState(state)) {
    return [
      { kind: 'unfinished', subject: id, detail: `photo ${photo} is ${state} after ${attempts} attempts` },
    ];
  }
  const violations: Violation[] = [];
  const may = expected.mayEndAs(photo, task);
  if (!may.includes(state)) {
    const reason = failure === null ? '' : ` (${failure})`;
    const detail = `photo ${photo} is ${state}${reason}, not ${may.join(' or ')}`;
    violations.push({ kind: 'wrong_end', subject: id, detail });
  }
  const least = state === 'succeeded' ? 1 : 0;
  if (attempts < least || attempts > expected.mostAttempts) {
    const detail = `${attempts} attempts, not ${least} to ${expected.mostAttempts}`;
    violations.push({ kind: 'attempts', subject: id, detail });
  }
  return violations;
}
