import type { ProblemCode, TaskView } from '@app/contracts';

/** Why a photo is not on its way: the API's codes, and what only this page can find out. */
export type PhotoProblem = ProblemCode | 'offline' | 'heic_photo' | 'unreadable' | 'duplicate';

/**
 * Where a photo is, from the point of view of the person who added it.
 *
 * `checking -> waiting_to_send -> sending -> in_line <-> working -> done | failed | stopped | expired`;
 * `paused` by the person before it was sent; `refused` never left this device; `lost` is one of an earlier visit that was
 * not sent and whose file this browser could not keep: it has to be chosen once more.
 */
export const PHASES = [
  'checking',
  'waiting_to_send',
  'paused',
  'sending',
  'refused',
  'lost',
  'in_line',
  'working',
  'done',
  'failed',
  'stopped',
  'expired',
] as const;
export type Phase = (typeof PHASES)[number];

/** One photo of an album as the page shows it: still on this device, or a task of the API, never both. */
export interface Photo {
  /** The id of the upload on this device, or of the task. It changes once, when the API has taken the photo. */
  readonly key: string;
  readonly name: string;
  /** The task type; `auto` while nobody has looked at the photo yet. */
  readonly type: string;
  readonly phase: Phase;
  /** A small picture, the right way up, of the result where it is done: a `blob:` URL or a path on the API; null until then. */
  readonly thumbnailUrl: string | null;
  /** 0-100 while sending. */
  readonly sentPercent: number;
  readonly problem: PhotoProblem | null;
  /** The upload that it is, or was on this device before the API took it: with it a card knows its photo again. */
  readonly uploadId: string | null;
  /** The archive's own name for it. */
  readonly clientRef: string | null;
  readonly task: TaskView | null;
}
