import { createHash } from 'node:crypto';
import type { StreamEntry } from './stream-entry.js';

/**
 * Names an entry by what it is, the same in every process that gets it: stream, id and all fields. The id alone is not
 * enough, because a stream that was deleted may give out an id again that was chosen by hand. 40 hex digits.
 */
export function entryKey(stream: string, { id, fields }: StreamEntry): string {
  const hash = createHash('sha256');
  for (const part of [stream, id, ...fields]) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, 40);
}
