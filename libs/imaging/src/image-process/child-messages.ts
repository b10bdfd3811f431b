import type { ImageLimits } from '../image-limits.js';
import type { TakenIn } from '../take-in.js';
import type { Failure } from './failure.js';

/** From the parent: one picture to decode. Paths travel, never pixels. */
export interface DecodeRequest {
  id: number;
  sourcePath: string;
  /** Where the thumbnail is written; the parent renames it when all is well. */
  partPath: string;
  side: number;
  limits: ImageLimits;
}

/** From the child: once when it is ready, then one for each request. */
export type ChildMessage = { ready: true } | DecodeReply;

export type DecodeReply = { id: number; taken: TakenIn } | { id: number; failure: Failure };
