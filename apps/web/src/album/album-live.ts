import type { AlbumView, TaskView } from '@app/contracts';

/** How the page reaches the API: by the live socket, by reading now and then, or not at all. */
export type Link = 'connecting' | 'live' | 'polling' | 'away';

/** An album as this page knows it now. `tasks` are in the order in which their photos were added. */
export interface AlbumLive {
  /** `gone`: erased, expired, or nobody may see it from this device. */
  readonly state: 'loading' | 'ready' | 'gone';
  readonly album: AlbumView | null;
  readonly tasks: readonly TaskView[];
  readonly link: Link;
}
