import type { TimelineEntry } from '@app/contracts';
import type { TFunction } from 'i18next';

/** One step in the life of a photo as a sentence. */
export function stepSentence({ step, attempt }: TimelineEntry, t: TFunction<'viewer'>): string {
  return t(step === 'started' && attempt > 1 ? 'step.started_again' : `step.${step}`);
}
