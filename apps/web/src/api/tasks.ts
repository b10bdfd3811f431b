import type { ParameterValues, TaskView, TimelineEntry } from '@app/contracts';
import { callApi, fetchFromApi } from './call-api.js';

/** A photo that has arrived whole, and what is to be made of it. */
export interface UploadClaim {
  uploadId: string;
  type: string;
  parameters: ParameterValues;
  /** The archive's own name for it. */
  clientRef: string | null;
}

const pathOf = (taskId: string) => `/v1/tasks/${encodeURIComponent(taskId)}`;

/** Stops a photo that waits or is worked on. */
export function cancelTask(taskId: string): Promise<TaskView> {
  return callApi(`${pathOf(taskId)}/cancel`, { method: 'POST' });
}

/** Puts a photo that did not succeed in line again, at its end. */
export function retryTask(taskId: string): Promise<TaskView> {
  return callApi(`${pathOf(taskId)}/retry`, { method: 'POST' });
}

/** Erases the photo and its result, for good. */
export function eraseTask(taskId: string): Promise<void> {
  return callApi(pathOf(taskId), { method: 'DELETE' });
}

/** Every step of it, the first one first. */
export async function readTimeline(taskId: string): Promise<TimelineEntry[]> {
  return (await callApi<{ items: TimelineEntry[] }>(`${pathOf(taskId)}/timeline`)).items;
}

/** The photo as it was added, to send it once more. */
export async function readOriginal(task: TaskView): Promise<File> {
  const response = await fetchFromApi(task.urls.original, {});
  return new File([await response.blob()], task.filename, { type: task.input.media_type });
}

/** Makes a task of an upload that has arrived whole. */
export function claimUpload(
  albumId: string,
  { uploadId, type, parameters, clientRef }: UploadClaim,
  idempotencyKey: string,
): Promise<TaskView> {
  return callApi(`/v1/albums/${encodeURIComponent(albumId)}/tasks`, {
    method: 'POST',
    body: {
      upload_id: uploadId,
      type,
      params: parameters,
      ...(clientRef !== null && { client_ref: clientRef }),
    },
    idempotencyKey,
  });
}
