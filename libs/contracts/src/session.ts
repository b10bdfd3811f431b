import type { LinkAccess } from './album.js';
import type { KeyRole } from './api-key.js';

/** Who the API takes the caller for. */
export interface SessionView {
  /** `none`: nobody that is known. */
  kind: 'none' | 'visitor' | 'key' | 'link';
  role: KeyRole;
  /** The name of the API key; empty for all others. */
  name: string;
  /** The highest priority that may be asked for, 0 to 9. */
  max_priority: number;
  /** The album that the link opens; null for all others. */
  album: { id: string; access: LinkAccess } | null;
}

/** The album that a link has opened to a visitor or an API key. */
export interface OpenedLinkView {
  album_id: string;
  access: LinkAccess;
  /** When it closes again, in ISO 8601; null where it stays open. */
  expires_at: string | null;
}
