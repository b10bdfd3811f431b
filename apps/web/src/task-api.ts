import type { SessionView, TaskTypeView, TaskView } from '@app/contracts';

/** The API did not answer, or something between us and it answered instead. */
export class ApiAway extends Error {
  override readonly name = 'ApiAway';
}

/** Makes this device known to the API by a cookie, if it is not yet; answers whether it was new. */
export async function beginSession(): Promise<boolean> {
  const before = await readSession('GET');
  return before.kind === 'none' && (await readSession('POST')).kind === 'visitor';
}

/** What can be asked for, in the order in which the API lists it. */
export async function readTaskTypes(): Promise<TaskTypeView[]> {
  const response = await get('/v1/task-types');
  if (!response.ok) throw new ApiAway(`the task types were answered with ${response.status}`);
  return ((await response.json()) as { items: TaskTypeView[] }).items;
}

/** One task, or null when the API does not know it (any more). */
export async function readTask(taskId: string): Promise<TaskView | null> {
  const response = await get(`/v1/tasks/${encodeURIComponent(taskId)}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new ApiAway(`the task was answered with ${response.status}`);
  return (await response.json()) as TaskView;
}

/** The original of a task as a file, to send it once more. */
export async function readOriginal(task: TaskView): Promise<File> {
  const response = await get(task.urls.original);
  if (!response.ok) throw new ApiAway(`the original was answered with ${response.status}`);
  return new File([await response.blob()], task.filename, { type: task.input.media_type });
}

async function readSession(method: 'GET' | 'POST'): Promise<SessionView> {
  const response = await get('/v1/session', method);
  if (!response.ok) throw new ApiAway(`the session was answered with ${response.status}`);
  return (await response.json()) as SessionView;
}

async function get(path: string, method: 'GET' | 'POST' = 'GET'): Promise<Response> {
  try {
    return await fetch(path, { method, headers: { accept: 'application/json, image/*' }, cache: 'no-store' });
  } catch (error) {
    throw new ApiAway('no answer', { cause: error });
  }
}
