import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { currentChoice } from '../choose/use-choice.js';
import type { AddReport } from './add-report.js';
import { uploadCenter } from './upload-center.js';
import { isLeftover } from './leftover.js';

const NAMES_SHOWN = 2;

/**
 * Adds files to an album, or to the draft album, which the person then sees. What is no photo is said once, for all of
 * them together.
 */
export function useAddFiles(albumId: string | null): (files: readonly File[]) => Promise<void> {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const target = albumId === null ? '/new' : `/albums/${albumId}`;
  return useCallback(
    async (files) => {
      const wanted = files.filter(({ name }) => !isLeftover(name));
      // A chooser that was closed brings nothing, and needs no answer.
      if (files.length === 0) return;
      const report = await uploadCenter.add(albumId, wanted, currentChoice());
      sayReport(report);
      if (report.added > 0 && pathname !== target) await navigate(target);
    },
    [albumId, navigate, pathname, target],
  );
}

function sayReport({ added, skipped }: AddReport): void {
  const count = skipped.length;
  if (count > 0) {
    const names = new Intl.ListFormat(i18next.language).format(
      skipped.slice(0, NAMES_SHOWN).map((name) => `“${name}”`),
    );
    const left = count - NAMES_SHOWN;
    notifications.show({
      title: i18next.t('add:skipped.title', { count }),
      message:
        left > 0
          ? i18next.t('add:skipped.more', { count: left, names })
          : i18next.t('add:skipped.names', { count, names }),
      color: 'yellow',
      autoClose: 12_000,
    });
  } else if (added === 0) {
    notifications.show({
      title: i18next.t('add:nothing.title'),
      message: i18next.t('add:nothing.why'),
      color: 'yellow',
    });
  }
}
