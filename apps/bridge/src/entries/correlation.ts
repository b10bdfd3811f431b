import { ENTRY_ID } from './stream-entry.js';

/** Which entry an answer is to, and whose it was. */
export interface EntryName {
  entryId: string;
  /** See `entryKey`. */
  key: string;
  userId: string | null;
}

/** What is sent along with a task and comes back with its answers: nothing has to be remembered meanwhile. */
export function toCorrelationId({ entryId, key, userId }: EntryName): string {
  return [entryId, key, ...(userId === null ? [] : [userId])].join('/');
}

/** Null where it is none of ours. The user is as it was checked when the entry was read, which has no `/`. */
export function fromCorrelationId(correlationId: string): EntryName | null {
  const [entryId = '', key = '', userId = null, ...more] = correlationId.split('/');
  if (!ENTRY_ID.test(entryId) || !/^[0-9a-f]{40}$/.test(key) || more.length > 0) return null;
  return { entryId, key, userId };
}
