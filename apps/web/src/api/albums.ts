import type { AlbumView, TaskView } from '@app/contracts';
import { callApi } from './call-api.js';
import { News } from './news.js';

/** A page of a list; `next_cursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** What became of a request to stop photos; `not_found` are ids that the album does not have. */
export interface CancelledTasks {
  cancelled: number;
  already_final: number;
  not_found: string[];
}

/** What became of a request to try again. */
export interface RetriedTasks {
  retried: number;
  not_retryable: number;
  not_found: string[];
}

/** What this page itself has changed of an album: the live socket tells of photos, not of titles. */
export const albumNews = new News<{ albumId: string; album: AlbumView | null }>();

const pathOf = (albumId: string) => `/v1/albums/${encodeURIComponent(albumId)}`;
/** The API takes so many ids at once. */
const MOST_IDS = 2000;
const LARGEST_PAGE = 100;

export function readAlbum(albumId: string, signal?: AbortSignal): Promise<AlbumView> {
  return callApi(pathOf(albumId), { ...(signal && { signal }) });
}

/** This device's own albums, the newest first. */
export function listAlbums(cursor?: string | null): Promise<Page<AlbumView>> {
  const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return callApi(`/v1/albums?limit=${LARGEST_PAGE}${query}`);
}

/** In the order in which the photos were added. */
export function readAlbumTasks(
  albumId: string,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<TaskView>> {
  const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return callApi(`${pathOf(albumId)}/tasks?limit=${LARGEST_PAGE}${query}`, { ...(signal && { signal }) });
}

export async function renameAlbum(albumId: string, title: string): Promise<AlbumView> {
  const album = await callApi<AlbumView>(pathOf(albumId), { method: 'PATCH', body: { title } });
  albumNews.tell({ albumId, album });
  return album;
}

/** Erases the album with all its photos and results, for good. */
export async function eraseAlbum(albumId: string): Promise<void> {
  await callApi<void>(pathOf(albumId), { method: 'DELETE' });
  albumNews.tell({ albumId, album: null });
}

/** Stops the photos named; without names, all that wait or are worked on. */
export async function cancelTasks(albumId: string, taskIds?: readonly string[]): Promise<CancelledTasks> {
  const all: CancelledTasks = { cancelled: 0, already_final: 0, not_found: [] };
  for (const body of bodiesOf(taskIds)) {
    const done = await callApi<CancelledTasks>(`${pathOf(albumId)}/cancel`, { method: 'POST', body });
    all.cancelled += done.cancelled;
    all.already_final += done.already_final;
    all.not_found.push(...done.not_found);
  }
  return all;
}

/** Puts the photos named in line again; without names, all that failed or waited too long, not those that were stopped. */
export async function retryTasks(albumId: string, taskIds?: readonly string[]): Promise<RetriedTasks> {
  const all: RetriedTasks = { retried: 0, not_retryable: 0, not_found: [] };
  for (const body of bodiesOf(taskIds)) {
    const done = await callApi<RetriedTasks>(`${pathOf(albumId)}/retry`, { method: 'POST', body });
    all.retried += done.retried;
    all.not_retryable += done.not_retryable;
    all.not_found.push(...done.not_found);
  }
  return all;
}

/** No names means all; an empty list of names means none of them, and asks for nothing. */
function bodiesOf(taskIds: readonly string[] | undefined): { task_ids?: readonly string[] }[] {
  if (taskIds === undefined) return [{}];
  const bodies: { task_ids: readonly string[] }[] = [];
  for (let from = 0; from < taskIds.length; from += MOST_IDS)
    bodies.push({ task_ids: taskIds.slice(from, from + MOST_IDS) });
  return bodies;
}
