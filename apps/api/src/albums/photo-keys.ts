import { createHash } from 'node:crypto';

const LONGEST = 255;

/**
 * The Idempotency-Key of each photo of a request: the caller's own where there is one photo, else extended by the
 * photo's index, so that the whole request may be sent again.
 */
export function photoKeys(key: string | null, photos: number): (string | null)[] {
  if (key === null || photos === 1) return Array.from({ length: photos }, () => key);
  return Array.from({ length: photos }, (_, index) => shorten(`${key}:${index}`));
}

/** A key as long as it may be has no room for an index. */
function shorten(key: string): string {
  return key.length <= LONGEST ? key : createHash('sha256').update(key).digest('hex');
}
