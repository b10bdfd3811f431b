import { cancelMarkKey, engineTraceKey, taskLedgerKey, type ArtifactRef } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';
import { originalThumbnailKey, resultThumbnailKey } from '../tasks/task-pictures.js';

/** Where something of a task may still appear after its row is gone, or be found under a name that nobody knows. */
export const LATE_FOLDERS = ['results/', 'thumbnails/', 'canonical/', 'ledger/'];

/** Every folder of the artifact store whose files belong to tasks. */
export const TASK_FOLDERS = ['originals/', ...LATE_FOLDERS];

const TASK_FILE = /^[a-z]+\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\./;

/** What can be named of a task's files. The ledger goes later: a worker that runs the task still reads it. */
export function knownKeys(taskId: string, originalKey: string): string[] {
  return [
    originalKey,
    originalThumbnailKey(taskId),
    resultThumbnailKey(taskId),
    `canonical/${taskId}.png`,
    `results/${taskId}.json`,
  ];
}

/** As `knownKeys`, with the result that is recorded. */
export function keysOfRow(row: TaskRow): string[] {
  const result = row.result === null ? [] : [(JSON.parse(row.result) as ArtifactRef).key];
  return [...knownKeys(row.id, originalKeyOf(row)), ...result];
}

export function originalKeyOf(row: TaskRow): string {
  return (JSON.parse(row.original) as ArtifactRef).key;
}

/** The task that a file belongs to by its name; undefined for a name of another kind. */
export function taskIdOf(key: string): string | undefined {
  return TASK_FILE.exec(key)?.[1];
}

/** Whether a file of an erased task has to stay for now: the mark that stops workers, or the trace to the engines. */
export function staysFor(taskId: string, key: string): boolean {
  return key === cancelMarkKey(taskId) || key === engineTraceKey(taskId);
}

/** What the workers knew of a task. */
export function ledgerKeys(taskId: string): string[] {
  return [taskLedgerKey(taskId), cancelMarkKey(taskId)];
}
