import type { TaskState } from './task.js';

/** What a link lets its holder do: look and download, or everything that the owner may but make links. */
export const LINK_ACCESS = ['view', 'edit'] as const;
/** One of `LINK_ACCESS`. */
export type LinkAccess = (typeof LINK_ACCESS)[number];

/** How many tasks of an album are in each state. */
export type AlbumCounts = Record<TaskState, number> & { total: number };

/** An album: photos that belong together. Times are ISO 8601 in UTC. */
export interface AlbumView {
  id: string;
  title: string;
  /** Rises by one with every step of any of its tasks. */
  seq: number;
  counts: AlbumCounts;
  /** What this caller may do with it. */
  access: LinkAccess;
  /** Where the outcomes of its tasks are posted that name no other place; shown to its owner only. */
  callback_url: string | null;
  created_at: string;
  /** When everything of it will be erased. */
  expires_at: string;
  urls: { self: string; tasks: string; results: string; events: string; links: string };
}

/** A link to an album. Whoever holds its token may use the album. */
export interface AlbumLinkView {
  id: string;
  access: LinkAccess;
  created_at: string;
  expires_at: string | null;
}

/** A new link; the token is shown this once. */
export interface NewAlbumLinkView extends AlbumLinkView {
  token: string;
  /** The path of the page that opens the album; the token is in its fragment, which no server log sees. */
  url: string;
}
