/**
 * Begins with a letter or a digit, so it is no `.`, `..` or hidden name, and has no `/`: it becomes the name of a folder.
 * With an entry's id it fits into a correlation id (255 bytes).
 */
const USER_ID = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.@+-]{0,63}$/u;
const MOST_BYTES = 150;

/** Whether users of the stream may be called so. */
export function isUserId(text: string): boolean {
  return USER_ID.test(text) && Buffer.byteLength(text) <= MOST_BYTES;
}
