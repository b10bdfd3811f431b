import type { DelayReason } from '@app/contracts';
import type { Phase, Photo, PhotoProblem } from './photo.js';
import type { AnyTranslate, SayOfPhotos } from './translate.js';
import { rangeInWords } from './when-in-words.js';

const UNSENT: readonly Phase[] = ['checking', 'waiting_to_send', 'paused', 'sending'];

/** When all photos will probably be ready: as soon as the last of them is. Null where nobody knows. */
export function whenAlbumReady(photos: readonly Photo[], t: AnyTranslate, nowMs: number): string | null {
  let [fromMs, toMs] = [0, 0];
  for (const { phase, task } of photos) {
    if (phase !== 'in_line' && phase !== 'working') continue;
    if (!task?.estimate) return null;
    fromMs = Math.max(fromMs, Date.parse(task.estimate.from));
    toMs = Math.max(toMs, Date.parse(task.estimate.to));
  }
  const isAnyUnsent = photos.some(({ phase }) => UNSENT.includes(phase));
  return rangeInWords(fromMs, toMs, nowMs, isAnyUnsent ? 'when_sent' : 'when_all', t);
}

/** What keeps the album from going on, the one thing that matters most, or null where all is well. */
export function whatHoldsItUp(photos: readonly Photo[], t: AnyTranslate): string | null {
  const say = t as SayOfPhotos;
  const counts = countDelays(photos);
  if (counts.broker_unreachable > 0) return say('photo:held_up.broker_unreachable');
  if (counts.paused > 0) return say('photo:held_up.paused', { count: counts.paused });
  if (counts.gpu_memory > 0) return waitsForMemory(photos, say);
  if (counts.no_worker > 0) return say('photo:held_up.no_worker', { count: counts.no_worker });
  const unsent = whyUnsent(photos);
  if (unsent !== null) return say(`photo:held_up.${unsent}`);
  const { retry_delay: count } = counts;
  return count > 0 ? say('photo:held_up.retry_delay', { count }) : null;
}

function countDelays(photos: readonly Photo[]): Record<DelayReason, number> {
  const counts = { broker_unreachable: 0, retry_delay: 0, no_worker: 0, gpu_memory: 0, paused: 0 };
  for (const { phase, task } of photos) {
    if (phase === 'in_line' && task?.delayed_by) counts[task.delayed_by] += 1;
  }
  return counts;
}

/** Of several kinds of photos the one that is nearest to going on. */
function waitsForMemory(photos: readonly Photo[], say: SayOfPhotos): string {
  const percents = photos.flatMap(({ task }) =>
    task?.delayed_by === 'gpu_memory' && task.gpu_memory_used_percent !== null
      ? [task.gpu_memory_used_percent]
      : [],
  );
  if (percents.length === 0) return say('photo:held_up.gpu_memory');
  return say('photo:held_up.gpu_memory_percent', {
    percent: Math.round(percents.reduce((a, b) => Math.min(a, b))),
  });
}

const HOLDS_UP = {
  queue_full: 'very_busy',
  broker_backlog_full: 'very_busy',
  intake_paused: 'intake_paused',
  storage_full: 'storage_full',
  quota_exceeded: 'quota_exceeded',
} as const satisfies Partial<Record<PhotoProblem, string>>;

function whyUnsent(photos: readonly Photo[]): (typeof HOLDS_UP)[keyof typeof HOLDS_UP] | null {
  for (const { phase, problem } of photos) {
    if (phase === 'waiting_to_send' && problem !== null && problem in HOLDS_UP)
      return HOLDS_UP[problem as keyof typeof HOLDS_UP];
  }
  return null;
}
