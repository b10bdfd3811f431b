import { ArtifactNotFound, type ArtifactStore } from '@app/artifact-store';
import { taskLedgerKey, taskLedgerSchema, type TaskLedger } from '@app/contracts';
import { ZodError } from 'zod';

/**
 * What the workers know of a task; undefined where none has begun it. One that cannot be understood is set aside by the
 * worker that finds it. @throws ArtifactStoreUnavailable.
 */
export async function readLedger(
  artifacts: ArtifactStore,
  taskId: string,
): Promise<TaskLedger | undefined | 'unreadable'> {
  try {
    const text = (await artifacts.read(taskLedgerKey(taskId))).toString('utf8');
    return taskLedgerSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof ArtifactNotFound) return undefined;
    if (error instanceof SyntaxError || error instanceof ZodError) return 'unreadable';
    throw error;
  }
}
