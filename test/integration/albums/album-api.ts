import type { AlbumView, Problem, TaskView } from '@app/contracts';
import { expect } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';

/** What became of one photo, as the API tells it. */
export interface AddedPhoto {
  index: number;
  filename: string;
  status: 'accepted' | 'refused';
  task?: TaskView;
  problem?: Problem;
}

export async function makeAlbum(caller: TestCaller, title = '奶奶的相册'): Promise<AlbumView> {
  const response = await caller.send('POST', '/v1/albums', { title });
  expect(response.status).toBe(201);
  return (await response.json()) as AlbumView;
}

export async function readAlbum(caller: TestCaller, id: string): Promise<AlbumView> {
  return (await (await caller.fetch(`/v1/albums/${id}`)).json()) as AlbumView;
}

/** Sends photos in one request; the type is `person` unless `fields` has another. */
export async function addPhotos(
  caller: TestCaller,
  albumId: string,
  photos: readonly [name: string, content: Uint8Array][],
  fields: readonly [name: string, value: string][] = [['type', 'person']],
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new FormData();
  for (const [field, value] of fields) body.append(field, value);
  for (const [name, content] of photos) body.append('image', new Blob([new Uint8Array(content)]), name);
  return caller.fetch(`/v1/albums/${albumId}/tasks`, { method: 'POST', body, headers });
}

export async function itemsOf(response: Response): Promise<AddedPhoto[]> {
  expect(response.status).toBe(202);
  return ((await response.json()) as { items: AddedPhoto[] }).items;
}

export async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as Problem;
}

/** All pages of a list. */
export async function readAll<T>(caller: TestCaller, path: string): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = path;
  while (next !== null) {
    const response: Response = await caller.fetch(next);
    expect(response.status).toBe(200);
    const page = (await response.json()) as { items: T[]; next_cursor: string | null };
    items.push(...page.items);
    const link = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
    expect(link === null).toBe(page.next_cursor === null);
    next = link;
  }
  return items;
}
