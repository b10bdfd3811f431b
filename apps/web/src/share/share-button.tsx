import type { AlbumView } from '@app/contracts';
import { Button } from '@mantine/core';
import { IconShare2 } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsShared } from '../device/my-albums.js';

const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.js')).ShareDialog }));

/** Opens the dialog in which an album's owner makes and ends links; nothing where the album is somebody else's. */
export function ShareButton({ album }: { album: AlbumView }) {
  const { t } = useTranslation('share');
  const [state, setState] = useState<'unasked' | 'open' | 'closed'>('unasked');
  const isShared = useIsShared(album.id);
  if (isShared || album.access === 'view') return null;
  return (
    <>
      <Button variant="default" leftSection={<IconShare2 size={18} />} onClick={() => setState('open')}>
        {t('button')}
      </Button>
      {state !== 'unasked' && (
        <Suspense>
          <ShareDialog album={album} opened={state === 'open'} onClose={() => setState('closed')} />
        </Suspense>
      )}
    </>
  );
}
