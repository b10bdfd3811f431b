import { isFinalState } from '@app/contracts';
import { canRetry } from '../photo/photo-counts.js';
import type { Photo } from '../photo/photo.js';

/** The tasks of photos that did not work and may work the next time; those that somebody stopped are left alone. */
export function retryableTasks(photos: readonly Photo[]): string[] {
  return photos.flatMap((photo) =>
    photo.task !== null && photo.phase !== 'stopped' && canRetry(photo) ? [photo.task.id] : [],
  );
}

/** The tasks of photos that are in line or in work. */
export function stoppableTasks(photos: readonly Photo[]): string[] {
  return photos.flatMap(({ task }) => (task !== null && !isFinalState(task.status) ? [task.id] : []));
}
