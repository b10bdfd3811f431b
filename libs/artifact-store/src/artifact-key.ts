import { InvalidArtifactKey } from './artifact-store.errors.js';

/** As long as `ArtifactRef.key` may be; far below what file systems and S3 (1,024 bytes) take. */
const MAX_LENGTH = 200;

const SEGMENT = /^[a-z0-9][a-z0-9_.-]*$/;

/** Throws `InvalidArtifactKey` for every key that could leave the store, collide by letter case or be hidden. */
export function checkKey(key: string): void {
  const valid =
    key.length <= MAX_LENGTH &&
    !key.includes('..') &&
    key.split('/').every((segment) => SEGMENT.test(segment));
  if (!valid) throw new InvalidArtifactKey(key);
}

/** Throws `InvalidArtifactKey` for what no key begins with, or names no folder (the whole store is not listed). */
export function checkPrefix(prefix: string): void {
  const cut = prefix.lastIndexOf('/');
  if (cut === -1) throw new InvalidArtifactKey(prefix);
  checkKey(prefix.slice(0, cut));
  const rest = prefix.slice(cut + 1);
  if (rest !== '') checkKey(rest);
}
