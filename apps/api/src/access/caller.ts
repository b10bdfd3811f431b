import type { LinkAccess } from '@app/contracts';
import type { OwnerRow } from '../database/schema.js';

/** The link whose token was sent instead of a key. */
export interface CallerLink {
  linkId: string;
  albumId: string;
  access: LinkAccess;
}

/** Who sent a request or opened a socket. At most one of `owner` and `link` is set; neither: nobody we know. */
export interface Caller {
  /** A visitor, known by its cookie, or a system, known by its API key. */
  owner: OwnerRow | null;
  link: CallerLink | null;
  /** Epoch milliseconds after which the key or the link is nothing any more; null for a cookie and for nobody. */
  validUntil: number | null;
  /** The caller's IP address, as far as the trusted proxies tell it. */
  address: string;
}
