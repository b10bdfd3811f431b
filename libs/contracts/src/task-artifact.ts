/**
 * Whether a picture in the artifact store is a task's own photo, by its key: `originals/<task id>.<ext>`, or
 * `canonical/<task id>.png`. A message that names another task's photo is forged: its result would show it to somebody
 * who may not see it.
 */
export function isPhotoOf(taskId: string, key: string): boolean {
  return isOf(taskId, key, ['originals', 'canonical']);
}

/** Whether a picture in the artifact store is a task's own result, by its key: `results/<task id>.<hash>.png`. */
export function isResultOf(taskId: string, key: string): boolean {
  return isOf(taskId, key, ['results']);
}

function isOf(taskId: string, key: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const prefix = `${folder}/${taskId}.`;
    return key.startsWith(prefix) && /^[a-z0-9.]+$/.test(key.slice(prefix.length));
  });
}
