import type { ExportedPicture, ExportedTask, OperatorTaskDetailView, TaskPicture } from '@app/contracts';
import { exportedPictureSchema, exportedTaskSchema } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';

/** What is taken along of a task. @param album the title of its album; null for a photo on its own. */
export function toExportedTask(
  { task, owner, timeline, discarded_at }: OperatorTaskDetailView,
  album: string | null,
): ExportedTask {
  return exportedTaskSchema.parse({
    version: 1,
    id: task.id,
    type: task.type,
    status: task.status,
    priority: task.priority,
    filename: task.filename,
    client_ref: task.client_ref,
    parameters: task.parameters,
    adjusted: task.adjusted,
    album: task.album_id === null ? null : { id: task.album_id, title: album ?? '' },
    owner: { id: owner.id, name: owner.name },
    attempts: task.attempts,
    // Engines write what they like.
    error: task.error && { ...task.error, message: harmless(task.error.message) },
    engine: task.engine,
    discarded_at,
    created_at: task.created_at,
    started_at: task.started_at,
    finished_at: task.finished_at,
    original: toPicture(task.input),
    result: task.output && toPicture(task.output),
    timeline,
  } satisfies Record<keyof ExportedTask, unknown>);
}

function toPicture(picture: TaskPicture): ExportedPicture {
  return exportedPictureSchema.parse(picture);
}
