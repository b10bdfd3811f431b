import type { ArtifactRef, ParameterValues, TaskMessage } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';

/** What the workers get of a task. */
export function toMessage(row: TaskRow): TaskMessage {
  return {
    version: 1,
    taskId: row.id,
    taskType: row.type,
    image: JSON.parse(row.original) as ArtifactRef,
    parameters: JSON.parse(row.parameters) as ParameterValues,
    submittedAt: new Date(row.created_at).toISOString(),
  };
}
