import type { DelayReason, EngineRef, TaskProgress, TaskView } from '@app/contracts';
import { canRetry } from './photo-counts.js';
import { sayProblem } from './problem-sentence.js';
import type { Photo } from './photo.js';
import type { AnyTranslate, SayOfPhotos } from './translate.js';
import { rangeInWords } from './when-in-words.js';

/** What happens with the photo now, in a few words. */
export function whatHappensNow(photo: Photo, t: AnyTranslate): string {
  const say = t as SayOfPhotos;
  switch (photo.phase) {
    case 'sending':
      if (photo.sentPercent >= 100) return say('photo:now.sent');
      return say('photo:now.sending', { percent: Math.floor(photo.sentPercent) });
    case 'in_line':
      return placeInLine(photo.task?.queue_position ?? null, say);
    case 'working':
      return workingOn(photo.task?.progress ?? null, say);
    case 'refused':
      return say(canRetry(photo) ? 'photo:now.not_sent' : 'photo:now.refused');
    default:
      return say(`photo:now.${photo.phase}`);
  }
}

/** Why it does not go on as usual and what to do, or null when there is nothing to say. */
export function whyNot(photo: Photo, t: AnyTranslate): string | null {
  const say = t as SayOfPhotos;
  if (photo.problem !== null) return sayProblem(photo.problem, t);
  switch (photo.phase) {
    case 'failed':
      return say(`failure:${photo.task?.error?.code ?? 'unknown'}`);
    case 'in_line':
      return photo.task && whyItWaits(photo.task, say);
    case 'lost':
    case 'stopped':
    case 'expired':
      return say(`photo:why.${photo.phase}`);
    default:
      return null;
  }
}

/** When it will probably be ready, in words that stay true for a while; null where nobody knows. */
export function whenReady({ phase, task }: Photo, t: AnyTranslate, nowMs: number): string | null {
  if ((phase !== 'in_line' && phase !== 'working') || !task?.estimate) return null;
  return rangeInWords(Date.parse(task.estimate.from), Date.parse(task.estimate.to), nowMs, 'when', t);
}

/** The progress bar: nothing, a share of 100, or busy without a number. */
export function progressOf(photo: Photo): number | 'busy' | null {
  if (photo.phase === 'sending') return photo.sentPercent >= 100 ? 'busy' : photo.sentPercent;
  if (photo.phase !== 'working') return null;
  return percentOf(photo.task?.progress ?? null) ?? 'busy';
}

/** Which engine coloured it, honestly: the preview engine is not DDColor, and the page says so. */
export function whoColouredIt(engine: EngineRef, t: AnyTranslate): string {
  const say = t as SayOfPhotos;
  if (engine.name !== 'built-in') return say(`photo:made_by.coloured.${engine.name}`);
  if (engine.colouring === 'preview') return say('photo:made_by.coloured.preview');
  if (engine.colouring === 'ddcolor-onnx') return say('photo:made_by.coloured.ddcolor');
  return say('photo:made_by.coloured.built_in');
}

/** The same for what gives no colours. */
export function whoRestoredIt(engine: EngineRef, t: AnyTranslate): string {
  const say = t as SayOfPhotos;
  return say(`photo:made_by.restored.${engine.name === 'built-in' ? 'built_in' : engine.name}`);
}

/** The name under which the new picture is saved: `grandma.bmp` -> `grandma_restored.png`. */
export function savedName(name: string): string {
  return `${name.replace(/\.[^.]*$/, '') || 'photo'}_restored.png`;
}

function whyItWaits(task: TaskView, say: SayOfPhotos): string | null {
  if (task.delayed_by !== null) return whatHoldsItUp(task, task.delayed_by, say);
  if (task.error !== null) return say('photo:why.trying_again');
  return task.moved_back_by && say(`photo:why.moved_back.${task.moved_back_by}`);
}

function whatHoldsItUp(task: TaskView, reason: DelayReason, say: SayOfPhotos): string {
  const percent = task.gpu_memory_used_percent;
  if (reason !== 'gpu_memory' || percent === null) return say(`photo:why.delayed.${reason}`);
  return say('photo:why.delayed.gpu_memory_percent', { percent: Math.round(percent) });
}

function placeInLine(position: number | null, say: SayOfPhotos): string {
  if (position === null) return say('photo:now.in_line');
  if (position === 1) return say('photo:now.next_in_line');
  return say('photo:now.place', { count: position, ordinal: true });
}

function workingOn(progress: TaskProgress | null, say: SayOfPhotos): string {
  if (progress === null) return say('photo:now.working');
  const percent = percentOf(progress);
  if (percent !== null) return say('photo:now.running_percent', { percent });
  return say(`photo:now.${progress.stage}`);
}

/** How much is done; an empty bar would look like standing still, so 0 is as good as no number. */
function percentOf(progress: TaskProgress | null): number | null {
  return progress?.stage === 'running' && progress.percent ? Math.round(progress.percent) : null;
}
