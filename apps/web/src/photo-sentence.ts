import type { DelayReason, EngineRef, TaskEstimate, TaskProgress, TaskView } from '@app/contracts';
import { canTryAgain, type Photo } from './task-state.js';
import { place, say, type Language, type WordKey } from './words.js';

/** The largest file the page sends, in bytes: the API's default limit (20 MB, 1 MB = 1,048,576 bytes). */
export const MAX_PHOTO_BYTES = 20 * 1024 * 1024;
export const MAX_PHOTO_MB = MAX_PHOTO_BYTES / 1024 / 1024;

/** What happens with the photo now, in a few words. */
export function whatHappensNow(photo: Photo, language: Language): string {
  switch (photo.phase) {
    case 'sending':
      if (photo.sentPercent >= 100) return say(language, 'photo.sent');
      return say(language, 'photo.sending', { percent: photo.sentPercent });
    case 'in_line':
      return placeInLine(photo.task?.queue_position ?? null, language);
    case 'working':
      return workingOn(photo.task?.progress ?? null, language);
    case 'refused':
      return say(language, canTryAgain(photo) ? 'photo.not_sent' : 'photo.refused');
    default:
      return say(language, `photo.${photo.phase}`);
  }
}

/** Why it does not go on as usual and what to do, or null when there is nothing to say. */
export function whyNot(photo: Photo, language: Language): string | null {
  if (photo.problem !== null) return say(language, `problem.${photo.problem}`, { max: MAX_PHOTO_MB });
  if (photo.phase === 'failed') return say(language, `failure.${photo.failure ?? 'unknown'}`);
  return photo.phase === 'in_line' ? whyItWaits(photo, language) : null;
}

/** When it will probably be ready, in words that stay true for a while; null where nobody knows. */
export function whenReady({ phase, task }: Photo, language: Language, now: number): string | null {
  if ((phase !== 'in_line' && phase !== 'working') || !task?.estimate) return null;
  return rangeInWords(task.estimate, language, now);
}

/** The progress bar: nothing, a share of 100, or busy without a number. */
export function progressOf(photo: Photo): number | 'busy' | null {
  if (photo.phase === 'sending') return photo.sentPercent >= 100 ? 'busy' : photo.sentPercent;
  if (photo.phase !== 'working') return null;
  return percentOf(photo.task?.progress ?? null) ?? 'busy';
}

/** Which engine coloured it, honestly: the preview engine is not DDColor, and the page says so. */
export function whoColouredIt(engine: EngineRef, language: Language): string {
  let key: WordKey = 'honest.built_in';
  if (engine.name === 'comfyui') key = 'honest.comfyui';
  else if (engine.colouring === 'preview') key = 'honest.preview';
  else if (engine.colouring === 'ddcolor-onnx') key = 'honest.ddcolor';
  return say(language, key);
}

/** The name under which the new picture is saved: `grandma.bmp` -> `grandma_restored.png`. */
export function savedName(name: string): string {
  return `${name.replace(/\.[^.]*$/, '') || 'photo'}_restored.png`;
}

function whyItWaits({ task, failure }: Photo, language: Language): string | null {
  if (task?.delayed_by) return whatHoldsItUp(task, task.delayed_by, language);
  if (failure !== null) return say(language, 'photo.trying_again');
  return task?.moved_back_by ? say(language, `photo.moved_back.${task.moved_back_by}`) : null;
}

function whatHoldsItUp(task: TaskView, reason: DelayReason, language: Language): string {
  const percent = task.gpu_memory_used_percent;
  // An API of an older release tells no number.
  if (reason !== 'gpu_memory' || typeof percent !== 'number') return say(language, `photo.${reason}`);
  return say(language, 'photo.gpu_memory_percent', { percent: Math.round(percent) });
}

const MINUTE_MS = 60_000;
const UNITS = [
  { name: 'minutes', ms: MINUTE_MS, upTo: 120 * MINUTE_MS },
  { name: 'hours', ms: 60 * MINUTE_MS, upTo: 48 * 60 * MINUTE_MS },
  { name: 'days', ms: 24 * 60 * MINUTE_MS, upTo: Infinity },
] as const;

/** Rounded outwards; null where the time is over. */
function rangeInWords(estimate: TaskEstimate, language: Language, now: number): string | null {
  const [fromMs, toMs] = [Date.parse(estimate.from) - now, Date.parse(estimate.to) - now];
  if (toMs <= 0) return null;
  if (toMs <= MINUTE_MS) return say(language, 'when.soon');
  const unit = UNITS.find(({ upTo }) => toMs <= upTo)!;
  const from = Math.max(1, Math.floor(fromMs / unit.ms));
  const to = Math.ceil(toMs / unit.ms);
  return from === to
    ? say(language, `when.about_${unit.name}`, { to })
    : say(language, `when.${unit.name}`, { from, to });
}

function placeInLine(position: number | null, language: Language): string {
  if (position === null) return say(language, 'photo.in_line');
  if (position === 1) return say(language, 'photo.next_in_line');
  return say(language, 'photo.place', { place: place(language, position) });
}

function workingOn(progress: TaskProgress | null, language: Language): string {
  if (progress === null) return say(language, 'photo.working');
  const percent = percentOf(progress);
  if (percent !== null) return say(language, 'photo.running_percent', { percent });
  return say(language, `photo.${progress.stage}`);
}

/** How much is coloured; an empty bar would look like standing still, so 0 is as good as no number. */
function percentOf(progress: TaskProgress | null): number | null {
  return progress?.stage === 'running' && progress.percent ? Math.round(progress.percent) : null;
}
