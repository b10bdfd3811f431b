import { useTranslation } from 'react-i18next';
import { sayProblem } from '../photo/problem-sentence.js';
import type { UploadTotals } from './upload.js';
import type { UploadMood } from './upload-mood.js';

export interface UploadWords {
  readonly title: string | null;
  readonly why: string | null;
  /** How long it takes on. */
  readonly left: string | null;
}

/** What the bar above an album says. */
export function useUploadWords(mood: UploadMood | null, { unsent, secondsLeft }: UploadTotals): UploadWords {
  const { t } = useTranslation('add');
  const count = unsent;
  switch (mood?.kind) {
    case undefined:
      return { title: null, why: null, left: null };
    case 'paused':
      return { title: t('sending.paused'), why: t('sending.paused_why', { count }), left: null };
    case 'offline':
      return { title: t('sending.offline'), why: t('sending.offline_why'), left: null };
    case 'draft':
      return { title: t('sending.offline'), why: t('sending.draft_why'), left: null };
    case 'held':
      return { title: t('sending.waiting'), why: sayProblem(mood.problem, t), left: null };
    case 'stuck':
      return { title: t('sending.stuck'), why: t('sending.stuck_why'), left: null };
    case 'waiting':
      return { title: t('sending.waiting'), why: null, left: null };
    case 'checking':
      return { title: t('sending.checking', { count }), why: null, left: null };
    case 'sending':
      return { title: t('sending.now', { count }), why: null, left: sayLeft() };
  }

  function sayLeft(): string | null {
    if (secondsLeft === null) return null;
    if (secondsLeft < 60) return t('sending.seconds');
    const minutes = Math.round(secondsLeft / 60);
    return minutes < 60
      ? t('sending.minutes', { count: minutes })
      : t('sending.hours', { count: Math.round(minutes / 60) });
  }
}
