import type { ParameterValues } from '@app/contracts';
import type { Suggestion } from '../choose/suggestion.js';
import type { PhotoProblem } from '../photo/photo.js';

/** What is to be made of a photo. `auto`: a look at the photo decides between the catalog's types (`choose/`). */
export interface Choice {
  readonly type: string;
  readonly parameters: ParameterValues;
}

export type UploadPhase =
  'checking' | 'waiting_to_send' | 'paused' | 'sending' | 'refused' | 'lost' | 'accepted';

/** A photo on this device that the API has not taken yet. */
export interface Upload {
  readonly id: string;
  /** Null while its album is not made yet (`#/new`). */
  readonly albumId: string | null;
  readonly name: string;
  readonly bytes: number;
  readonly choice: Choice;
  /** The task type that it is sent for: the choice, or what `auto` came to; null until that is known. */
  readonly type: string | null;
  /** What a look at the photo found, where the choice is `auto`; null until then, and for other choices. */
  readonly because: Suggestion['because'] | null;
  /** The archive's own name for it (from their CSV list). */
  readonly clientRef: string | null;
  readonly phase: UploadPhase;
  /** 0-100. */
  readonly percent: number;
  /** Why it waits or was refused. */
  readonly problem: PhotoProblem | null;
  /** Whether it outlives this page: a photo that does not is gone from here once the page is closed. */
  readonly isKept: boolean;
  /** A `blob:` URL. */
  readonly thumbnailUrl: string | null;
  /** Set together with `accepted`. */
  readonly taskId: string | null;
}

/** How sending goes on the whole. */
export interface UploadTotals {
  readonly total: number;
  readonly unsent: number;
  readonly percent: number;
  /** Of what is left at the pace of the last minute; null while nobody can tell. */
  readonly secondsLeft: number | null;
  readonly isPaused: boolean;
  /** Nothing has moved for 15 s though there is something to send. */
  readonly isStuck: boolean;
}
