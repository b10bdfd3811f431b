import type { AlbumView } from '@app/contracts';
import { Button } from '@mantine/core';
import { IconShare2 } from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { loadChunk } from '../app/load-chunk.js';
import { useIsShared } from '../device/my-albums.js';

const ShareDialog = lazy(async () => ({
  default: (await loadChunk(() => import('./share-dialog.js'))).ShareDialog,
}));

interface Sharing {
  /** Stands where it fits the album as it is now. */
  readonly button: ReactNode;
  /** Stands apart from the button: it stays open when that goes to another place. */
  readonly dialog: ReactNode;
}

/** The dialog in which an album's owner makes and ends links; neither of both where the album is somebody else's. */
export function useSharing(album: AlbumView | null): Sharing {
  const { t } = useTranslation('share');
  const [state, setState] = useState<'unasked' | 'open' | 'closed'>('unasked');
  const opener = useRef<HTMLButtonElement>(null);
  const isShared = useIsShared(album?.id ?? null);
  if (album === null || isShared || album.access === 'view') return { button: null, dialog: null };
  return {
    button: (
      <Button
        ref={opener}
        variant="default"
        leftSection={<IconShare2 size={18} />}
        onClick={() => setState('open')}
      >
        {t('button')}
      </Button>
    ),
    dialog: state !== 'unasked' && (
      <Suspense>
        <ShareDialog
          album={album}
          opened={state === 'open'}
          onClose={() => setState('closed')}
          onClosed={() => opener.current?.focus()}
        />
      </Suspense>
    ),
  };
}
