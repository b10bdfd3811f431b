import { isFinalState, type FailureCode } from '@app/contracts';
import type { Phase, Photo, PhotoProblem } from './photo.js';

/** How many photos are where. All but `total` and `underWay` add up to `total`. */
export interface PhotoCounts {
  total: number;
  /** Still on this device and on their way, or paused. */
  unsent: number;
  /** In line. */
  waiting: number;
  working: number;
  done: number;
  /** Did not work, waited too long, or cannot be used. */
  failed: number;
  /** Stopped by the person. */
  stopped: number;
  /** Have to be chosen once more. */
  lost: number;
  /** Those that go on by themselves. */
  underWay: number;
}

type Group = Exclude<keyof PhotoCounts, 'total' | 'underWay'>;

const GROUPS: Record<Phase, Group> = {
  checking: 'unsent',
  waiting_to_send: 'unsent',
  paused: 'unsent',
  sending: 'unsent',
  refused: 'failed',
  lost: 'lost',
  in_line: 'waiting',
  working: 'working',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
  expired: 'failed',
};

export function countPhotos(photos: readonly Photo[]): PhotoCounts {
  const counts: PhotoCounts = {
    total: photos.length,
    unsent: 0,
    waiting: 0,
    working: 0,
    done: 0,
    failed: 0,
    stopped: 0,
    lost: 0,
    underWay: 0,
  };
  for (const photo of photos) {
    counts[GROUPS[photo.phase]] += 1;
    if (isUnderWay(photo)) counts.underWay += 1;
  }
  return counts;
}

const UNDER_WAY: readonly Phase[] = ['checking', 'waiting_to_send', 'sending', 'in_line', 'working'];

/** Whether it goes on by itself. */
export function isUnderWay({ phase }: Photo): boolean {
  return UNDER_WAY.includes(phase);
}

/** Whether it can be stopped: whatever goes on by itself, or would if it were not paused. */
export function canCancel(photo: Photo): boolean {
  return isUnderWay(photo) || photo.phase === 'paused';
}

/** What was refused for a reason of that moment. */
const MAY_PASS: readonly (PhotoProblem | null)[] = [
  'internal_error',
  'malformed_multipart',
  'no_files',
  'rate_limited',
  'quota_exceeded',
  'queue_full',
  'broker_backlog_full',
  'intake_paused',
  'storage_full',
  'storage_unavailable',
  'database_unavailable',
  'image_unreachable',
  'offline',
];
/** Every further attempt would find the same. */
const HOPELESS: readonly (FailureCode | undefined)[] = ['bad_image', 'photo_missing'];

/** Whether the same photo once more may work: by `retryTasks` where it has a task, by the upload centre's `again` else. */
export function canRetry({ phase, task, problem }: Photo): boolean {
  if (phase === 'failed') return !HOPELESS.includes(task?.error?.code);
  return phase === 'expired' || phase === 'stopped' || (phase === 'refused' && MAY_PASS.includes(problem));
}

/** Whether it can be erased for good: what the API has and has done with, and what never left this device. */
export function canErase({ phase, task }: Photo): boolean {
  return phase === 'refused' || phase === 'lost' || (task !== null && isFinalState(task.status));
}
