import { idsOf } from '../clients/history.js';
import { grouped } from './grouped.js';
import type { Expectations, Observation, ResultFile, StoredTask } from './observation.js';
import type { Violation } from './violation.js';

/** The pictures: originals as they were sent, one result for each task that succeeded, made of that very photo. */
export function checkPictures(seen: Observation, expected: Expectations): Violation[] {
  const byOriginal = new Map(
    [...expected.photos].map(([number, photo]) => [photo.sha256, { number, ...photo }]),
  );
  const results = grouped(seen.results, ({ taskId }) => taskId);
  const violations: Violation[] = [];
  for (const task of seen.tasks) {
    violations.push(...checkOriginal(task, seen));
    const files = results.get(task.id) ?? [];
    violations.push(...checkResultFiles(task, files));
    const photo = byOriginal.get(task.originalSha256);
    for (const { key, pixels } of files) {
      if (pixels === photo?.resultSha256) continue;
      const detail = `${key} is not what the engine makes of photo ${photo?.number ?? '(none of ours)'}`;
      violations.push({ kind: 'foreign_result', subject: task.id, detail });
    }
  }
  return [...violations, ...checkEngineRuns(seen, expected), ...checkOrphans(seen)];
}

function checkOriginal({ id, originalSha256 }: StoredTask, seen: Observation): Violation[] {
  const file = seen.originals.get(id);
  if (file === originalSha256) return [];
  return [
    { kind: 'damaged_original', subject: id, detail: file === undefined ? 'it is gone' : 'it has changed' },
  ];
}

function checkResultFiles(task: StoredTask, files: readonly ResultFile[]): Violation[] {
  const { id, state, result } = task;
  const violations: Violation[] = [];
  if (files.length > 1) {
    const detail = `${files.length} pictures: ${files.map(({ key }) => key).join(', ')}`;
    violations.push({ kind: 'duplicated_result', subject: id, detail });
  }
  if (state !== 'succeeded') {
    if (result)
      violations.push({ kind: 'wrong_end', subject: id, detail: `it is ${state} and has a result` });
    return violations;
  }
  const file = files.find(({ key }) => key === result?.key);
  if (!file || file.sha256 !== result?.sha256) {
    const detail = file
      ? `${file.key} is not the picture that was recorded`
      : `${result?.key ?? 'nothing'} is not there`;
    violations.push({ kind: 'missing_result', subject: id, detail });
  }
  return violations;
}

function checkEngineRuns(seen: Observation, expected: Expectations): Violation[] {
  const violations: Violation[] = [];
  for (const [photo, runs] of seen.engineRuns) {
    // What an engine is warmed up with is nobody's photo.
    if (!expected.photos.has(photo) || runs <= expected.mostEngineRuns) continue;
    const subject = seen.submissions.find((each) => each.photo === photo)?.key ?? `photo ${photo}`;
    const detail = `the engine worked on it ${runs} times, ${expected.mostEngineRuns} at most`;
    violations.push({ kind: 'attempts', subject, detail });
  }
  return violations;
}

/** A result of a task that the store does not know. Photos without a task may stay: their request was never answered. */
function checkOrphans(seen: Observation): Violation[] {
  const stored = new Set(seen.tasks.map(({ id }) => id));
  const promised = new Set(seen.submissions.flatMap(idsOf));
  return seen.results
    .filter(({ taskId }) => !stored.has(taskId) && !promised.has(taskId))
    .map(({ taskId, key }) => ({ kind: 'foreign_result', subject: taskId, detail: `${key} is of no task` }));
}
