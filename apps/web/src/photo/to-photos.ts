import type { TaskState, TaskView } from '@app/contracts';
import type { Upload, UploadPhase } from '../uploads/upload.js';
import type { Phase, Photo } from './photo.js';

const ofTasks = new WeakMap<TaskView, Photo>();
const ofUploads = new WeakMap<Upload, Photo>();
/** The upload of a task, also after it has left the list of uploads. */
const uploadsOfTasks = new Map<string, string>();

/**
 * All photos of an album: those that the API has, in its order, then those still on this device. A photo whose task and
 * upload did not change is the same object as before.
 */
export function toPhotos(uploads: readonly Upload[], tasks: readonly TaskView[]): readonly Photo[] {
  for (const { id, taskId } of uploads) if (taskId !== null) uploadsOfTasks.set(taskId, id);
  const taken = new Set(uploads.length === 0 ? [] : tasks.map(({ id }) => id));
  const unsent = uploads.filter(({ taskId }) => taskId === null || !taken.has(taskId));
  return [...tasks.map(photoOfTask), ...unsent.map(photoOfUpload)];
}

function photoOfTask(task: TaskView): Photo {
  const uploadId = uploadsOfTasks.get(task.id) ?? null;
  const known = ofTasks.get(task);
  if (known !== undefined && known.uploadId === uploadId) return known;
  const photo: Photo = {
    key: task.id,
    name: task.filename,
    type: task.type,
    phase: PHASES_OF_TASKS[task.status],
    thumbnailUrl: task.status === 'succeeded' ? `${task.urls.thumbnail}?of=result` : task.urls.thumbnail,
    sentPercent: 100,
    problem: null,
    uploadId,
    clientRef: task.client_ref,
    task,
  };
  ofTasks.set(task, photo);
  return photo;
}

function photoOfUpload(upload: Upload): Photo {
  const known = ofUploads.get(upload);
  if (known !== undefined) return known;
  const photo: Photo = {
    key: upload.id,
    name: upload.name,
    type: upload.type ?? upload.choice.type,
    phase: PHASES_OF_UPLOADS[upload.phase],
    thumbnailUrl: upload.thumbnailUrl,
    sentPercent: upload.phase === 'accepted' ? 100 : upload.percent,
    problem: upload.problem,
    uploadId: upload.id,
    clientRef: upload.clientRef,
    task: null,
  };
  ofUploads.set(upload, photo);
  return photo;
}

const PHASES_OF_TASKS: Record<TaskState, Phase> = {
  queued: 'in_line',
  running: 'working',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'stopped',
  expired: 'expired',
};

const PHASES_OF_UPLOADS: Record<UploadPhase, Phase> = {
  checking: 'checking',
  waiting_to_send: 'waiting_to_send',
  paused: 'paused',
  sending: 'sending',
  refused: 'refused',
  lost: 'lost',
  // Until the album shows its task, a moment later.
  accepted: 'sending',
};
