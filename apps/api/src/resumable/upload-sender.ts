import type { Caller } from '../access/caller.js';

/** By which a sender's uploads are known again: a visitor, an API key, or the link of an album; null for nobody. */
export function senderIdOf({ owner, link }: Caller): string | null {
  return owner?.id ?? link?.linkId ?? null;
}
