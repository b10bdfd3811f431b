import type { PhotoProblem } from '../photo/photo.js';
import type { Choice, Upload, UploadPhase } from './upload.js';

/**
 * How far a photo is. `arrived`: the API has all bytes of it, and is to be told what to make of them. `refused` is for
 * good; `lost` has no file any more.
 */
export type Stage = 'checking' | 'ready' | 'arrived' | 'refused' | 'lost';

/** What this device remembers of a photo until the API has taken it, also over a reload of the page. */
export interface UploadRecord {
  readonly id: string;
  /** The tab that sends it. */
  readonly tab: string;
  readonly albumId: string | null;
  /** The draft album that it waits for; null once it has an album. */
  readonly draft: string | null;
  readonly name: string;
  readonly bytes: number;
  readonly choice: Choice;
  readonly type: string | null;
  readonly because: Upload['because'];
  readonly clientRef: string | null;
  /** Made once: however often the photo is claimed, it becomes one task. */
  readonly idempotencyKey: string;
  /** Hexadecimal; null until the file was read. */
  readonly sha256: string | null;
  /** The person wants it although the album has the same photo already. */
  readonly isWantedTwice: boolean;
  /** What had arrived of it was gone once; a second time nobody tries. */
  readonly isSentAgain: boolean;
  readonly stage: Stage;
  readonly isPaused: boolean;
  readonly problem: PhotoProblem | null;
  /** Where its bytes go; null until the first of them leave. */
  readonly uploadUrl: string | null;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** Photos are sent in this order, and become tasks in it. */
  readonly place: number;
}

/** What is true of a photo only as long as this page is open. */
export interface UploadMoment {
  readonly isSending: boolean;
  readonly percent: number;
  readonly thumbnailUrl: string | null;
  readonly taskId: string | null;
  readonly isKept: boolean;
}

/** What people see of it. */
export function toUpload(record: UploadRecord, moment: UploadMoment): Upload {
  const { id, albumId, name, bytes, choice, type, because, clientRef, problem } = record;
  const { thumbnailUrl, taskId, isKept } = moment;
  const percent = record.stage === 'arrived' ? 100 : moment.percent;
  const phase = phaseOf(record, moment);
  return {
    id,
    albumId,
    name,
    bytes,
    choice,
    type,
    because,
    clientRef,
    problem,
    thumbnailUrl,
    taskId,
    isKept,
    percent,
    phase,
  };
}

function phaseOf(
  { stage, isPaused, problem }: UploadRecord,
  { isSending, taskId }: UploadMoment,
): UploadPhase {
  if (taskId !== null) return 'accepted';
  if (stage === 'refused' || stage === 'lost' || stage === 'checking') return stage;
  if (isPaused) return 'paused';
  if (problem !== null) return 'waiting_to_send';
  return isSending || stage === 'arrived' ? 'sending' : 'waiting_to_send';
}
