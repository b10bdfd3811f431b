import type { TaskRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { NotInserted, TasksStore } from './tasks.store.js';

/**
 * The task that was recorded in place of one that was not: the same under the same key was quicker.
 * @param maxPhotos of its album.
 * @throws ProblemException `album_full`, or `not_found` for an album that is gone.
 */
export async function winnerOf(
  tasks: TasksStore,
  why: NotInserted,
  { ownerId, key, maxPhotos }: { ownerId: string; key: string | null; maxPhotos: number },
): Promise<TaskRow> {
  if (why === 'album_full') throw new ProblemException('album_full', { limit: maxPhotos });
  if (why === 'album_gone') throw new ProblemException('not_found');
  const winner = key === null ? undefined : await tasks.findByKey(ownerId, key);
  if (winner === undefined) throw new Error('A task was not recorded although its key is free.');
  return winner;
}
