import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PhotoCounts } from '../photo/photo-counts.js';
import { isOver } from './headline.js';

/** Whoever listens hears how far it is, and is not talked to all the time. */
const EVERY_MS = 5000;

/** Tells those who listen when more photos are ready, and when all that goes on by itself has come to its end. */
export function ProgressAnnouncer({ counts }: { counts: PhotoCounts }) {
  const { t } = useTranslation('album');
  const { total: count, done: ready } = counts;
  const over = isOver(counts);
  const words =
    count === 0
      ? ''
      : !over
        ? t('told.some', { ready, count })
        : ready === count
          ? t('told.all', { count })
          : t('told.over', { ready, count });
  const progress = `${ready} ${over}`;
  const [told, setTold] = useState({ progress, words: '', atMs: 0 });
  const latest = useRef({ progress, words });

  useEffect(() => {
    latest.current = { progress, words };
  });
  useEffect(() => {
    if (progress === told.progress) return;
    const waitMs = Math.max(0, told.atMs + EVERY_MS - Date.now());
    const timer = setTimeout(() => setTold({ ...latest.current, atMs: Date.now() }), waitMs);
    return () => clearTimeout(timer);
  }, [progress, told]);

  return <VisuallyHidden role="status">{told.words}</VisuallyHidden>;
}
