import type { TaskNotice } from '@app/contracts';
import type { EntryName } from '../entries/correlation.js';
import type { FailedEntry, Fields } from './outcomes.store.js';

/** What ends a task without a result and says no reason of its own. */
const WORDS: Readonly<Record<string, string>> = {
  'task.cancelled': 'The task was cancelled.',
  'task.expired': 'No worker could begin the task in time.',
  'task.refused': 'The task was not taken in.',
  'task.failed': 'The task failed.',
};

/** The same for the same outcome, however often it is told; another one for each outcome of a task that was asked for again. */
export function outcomeMark({ entryId, key }: EntryName, { type, data }: TaskNotice): string {
  return [entryId, key.slice(0, 16), type, data.id ?? '-', data.finished_at ?? '-'].join(':');
}

/** Why a task ended without a result. */
export function failureOf(entry: EntryName, { type, data }: TaskNotice): FailedEntry {
  return {
    entryId: entry.entryId,
    code: data.error?.code ?? type.replace(/^task\./, ''),
    message: data.error?.message ?? WORDS[type] ?? type,
  };
}

/** What the stream of failures says of a task beside its entry's own fields. */
export function taskFields({ data }: TaskNotice): Fields {
  return {
    status: data.status,
    ...(data.id !== null && { id: data.id }),
    ...(data.type !== null && { type: data.type }),
    attempts: String(data.attempts),
    ...(data.finished_at !== null && { finished_at: data.finished_at }),
  };
}

/** What the stream of results says. @param written the file, or why there is none. */
export function resultFields(
  entry: EntryName,
  notice: TaskNotice,
  written: { path: string | null; problem: string | null },
): Fields {
  const { data } = notice;
  const { result } = data;
  return {
    task_id: data.task_id ?? entry.entryId,
    entry_id: entry.entryId,
    user_id: entry.userId ?? '',
    result_path: written.path ?? '',
    ...(written.problem !== null && { result_problem: written.problem }),
    ...(result && {
      result_url: result.url,
      result_url_expires_at: result.expires_at,
      media_type: result.media_type,
      width: String(result.width),
      height: String(result.height),
      bytes: String(result.bytes),
      sha256: result.sha256,
    }),
    ...taskFields(notice),
  };
}
