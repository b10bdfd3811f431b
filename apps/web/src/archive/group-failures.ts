import type { FailureCode } from '@app/contracts';
import type { Photo } from '../photo/photo.js';
import { stateOf } from './photo-filter.js';

/** Why a photo did not come to its end; `expired`: nobody got to it in time. */
export type FailureReason = FailureCode | 'expired';

/** Photos that did not work for the same reason, in the order of the album. */
export interface FailureGroup {
  readonly reason: FailureReason;
  readonly photos: readonly Photo[];
}

/** Null for a photo that did not fail. */
export function reasonOf(photo: Photo): FailureReason | null {
  if (stateOf(photo) !== 'failed') return null;
  return photo.phase === 'expired' ? 'expired' : (photo.task?.error?.code ?? 'unknown');
}

/** The failed photos by their reason, the most frequent one first. */
export function groupFailures(photos: readonly Photo[]): readonly FailureGroup[] {
  const groups = new Map<FailureReason, Photo[]>();
  for (const photo of photos) {
    const reason = reasonOf(photo);
    if (reason === null) continue;
    const group = groups.get(reason);
    if (group) group.push(photo);
    else groups.set(reason, [photo]);
  }
  return [...groups]
    .map(([reason, members]) => ({ reason, photos: members }))
    .toSorted((a, b) => b.photos.length - a.photos.length);
}
