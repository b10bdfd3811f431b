import { cancelMarkKey } from '@app/contracts';
import { idsOf, type Submission } from '../clients/history.js';
import type { Expectations, Observation } from './observation.js';
import type { Violation } from './violation.js';

/** Folders that get a file before its task is recorded. */
const BEFORE_THE_TASK = ['originals/', 'thumbnails/'];

/** No file without a task, and nothing at all of what was erased. */
export function checkFiles(seen: Observation, expected: Expectations): Violation[] {
  return [...checkOrphans(seen, expected), ...checkTemporary(seen, expected), ...checkErased(seen)];
}

/**
 * A request that died before its task was recorded leaves its pictures, until they are swept a day later; one that was
 * answered never does.
 */
function checkOrphans(seen: Observation, { mostCutShort }: Expectations): Violation[] {
  const known = new Set([...seen.tasks.map(({ id }) => id), ...seen.submissions.flatMap(idsOf)]);
  const unanswered = seen.submissions
    .map(countUnanswered)
    .reduce((sum, count) => sum + count, mostCutShort ?? 0);
  return [...BEFORE_THE_TASK, ''].flatMap((folder) => {
    const orphans = seen.files
      .map(({ key, taskId }) => ({
        key,
        taskId,
        folder: BEFORE_THE_TASK.find((each) => key.startsWith(each)) ?? '',
      }))
      .filter((file) => file.folder === folder && !known.has(file.taskId));
    const allowed = folder === '' ? 0 : unanswered;
    return orphans.slice(allowed).map(({ key }): Violation => {
      return {
        kind: 'orphan',
        subject: key,
        detail: `of no task; ${allowed} requests ended without an answer`,
      };
    });
  });
}

/** What a killed process was writing stays until it is an hour old; what waits for another process has to be used up. */
function checkTemporary(
  { temporary }: Observation,
  { mostCutShort, keptInInbox }: Expectations,
): Violation[] {
  const handedOn = temporary.filter((file) => file.startsWith('inbox/'));
  const cutShort = temporary.filter((file) => !file.startsWith('inbox/'));
  const beyond = (files: readonly string[], most: number) =>
    files.slice(most).map((subject): Violation => {
      return { kind: 'leftover', subject, detail: `of ${files.length} files, ${most} at most` };
    });
  return [...beyond(handedOn, keptInInbox), ...beyond(cutShort, mostCutShort ?? Infinity)];
}

function countUnanswered({ requests }: Submission): number {
  return requests.filter(({ end }) => end.kind === 'unknown' || (end.kind === 'refused' && end.status >= 500))
    .length;
}

/** The mark that stops workers stays for an hour: it is no part of the photo. */
export function checkErased(
  seen: Pick<Observation, 'submissions' | 'tasks' | 'files' | 'enginePictures'>,
): Violation[] {
  const erased = new Set(seen.submissions.filter((each) => each.erased).flatMap(idsOf));
  const isLeft = ({ key, taskId }: { key: string; taskId: string }) =>
    erased.has(taskId) && key !== cancelMarkKey(taskId);
  return [
    ...seen.tasks.filter(({ id }) => erased.has(id)).map(({ id, state }) => tell(id, `it is ${state}`)),
    ...seen.files.filter(isLeft).map(({ key, taskId }) => tell(taskId, `there is ${key}`)),
    ...seen.enginePictures.flatMap((name) =>
      [...erased].filter((id) => name.includes(id)).map((id) => tell(id, `the engine has ${name}`)),
    ),
  ];
}

function tell(subject: string, detail: string): Violation {
  return { kind: 'not_erased', subject, detail };
}
