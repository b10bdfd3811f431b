import { isFinalState } from '@app/contracts';
import { grouped } from './grouped.js';
import type { Observation, StoredStep, StoredTask } from './observation.js';
import type { Violation } from './violation.js';

/** The log of every task and album: numbers without gaps, that end where the rows say, and no end that is left by itself. */
export function checkSteps(seen: Observation): Violation[] {
  const byTask = grouped(seen.steps, ({ taskId }) => taskId);
  const violations = seen.tasks.flatMap((task) => checkTask(task, byTask.get(task.id) ?? []));
  return [...violations, ...checkAlbums(seen)];
}

function checkTask({ id, state, seq }: StoredTask, steps: readonly StoredStep[]): Violation[] {
  const violations: Violation[] = [];
  const add = (kind: 'broken_log' | 'illegal_transition', detail: string) =>
    violations.push({ kind, subject: id, detail });
  const numbers = steps.map((step) => step.seq);
  if (!isCount(numbers, seq)) add('broken_log', `its steps are ${numbers.join(', ')}, not 1 to ${seq}`);
  const last = steps.at(-1);
  if (last?.state !== state)
    add('broken_log', `it is ${state}, its log ends with ${last?.state ?? 'nothing'}`);
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (!before || !isFinalState(before.state)) continue;
    const mayFollow = before.state === 'succeeded' ? [] : ['retried', 'redriven'];
    if (!mayFollow.includes(step.step)) add('illegal_transition', `${step.step} after ${before.state}`);
  }
  return violations;
}

/** An album of which photos were erased has lost their steps, but never its last number. */
function checkAlbums(seen: Observation): Violation[] {
  const steps = grouped(
    seen.steps.filter(({ albumId }) => albumId !== null),
    ({ albumId }) => albumId,
  );
  const anyErased = seen.submissions.some(({ erased }) => erased);
  return seen.albums.flatMap(({ id, seq, photos }) => {
    const inAlbum = steps.get(id) ?? [];
    const numbers = inAlbum.map(({ albumSeq }) => albumSeq ?? 0).sort((a, b) => a - b);
    const members = new Set(inAlbum.map(({ taskId }) => taskId)).size;
    const wrong: string[] = [];
    if (members !== photos) wrong.push(`it says ${photos} photos and has ${members}`);
    if (anyErased ? !isRising(numbers, seq) : !isCount(numbers, seq)) {
      wrong.push(`its steps are ${numbers.join(', ')}, up to ${seq}`);
    }
    return wrong.map((detail): Violation => ({ kind: 'broken_log', subject: `album ${id}`, detail }));
  });
}

function isCount(numbers: readonly number[], last: number): boolean {
  return numbers.length === last && numbers.every((number, index) => number === index + 1);
}

function isRising(numbers: readonly number[], last: number): boolean {
  return numbers.every((number, index) => number > (numbers[index - 1] ?? 0) && number <= last);
}
