import { readAlbum } from '../api/albums.js';

/** The list of all photos of an album, for a link: own number, file name, state, and the name of the result. */
export function manifestPath(albumId: string): string {
  return `/v1/albums/${encodeURIComponent(albumId)}/manifest.csv`;
}

/**
 * Lets the browser save the chosen pictures as a zip. The form is answered with a download, so the page stays, and no
 * picture passes through its memory. What would be answered with a problem instead is asked for before.
 *
 * @throws ApiProblem
 */
export async function saveResults(albumId: string, taskIds: readonly string[]): Promise<void> {
  await readAlbum(albumId);
  const form = document.createElement('form');
  form.method = 'post';
  form.action = `/v1/albums/${encodeURIComponent(albumId)}/results.zip`;
  form.hidden = true;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'task_ids';
  field.value = taskIds.join(',');
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}
