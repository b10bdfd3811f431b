import type { AlbumView } from '@app/contracts';
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Photo } from '../photo/photo.js';
import { EraseAlbumDialog } from './erase-album-dialog.js';
import { retryableTasks, stoppableTasks } from './photo-groups.js';
import { StopDialog } from './stop-dialog.js';
import { useAct } from './use-act.js';
import { useRetryAll } from './use-retry-all.js';

interface AlbumMenuProps {
  readonly album: AlbumView;
  readonly photos: readonly Photo[];
}

/** What is done with all photos of an album at once, by whoever may change it. */
export function AlbumMenu({ album, photos }: AlbumMenuProps) {
  const { t } = useTranslation('album');
  const act = useAct();
  const retryAll = useRetryAll(album.id);
  const [asks, setAsks] = useState<'stop' | 'erase' | null>(null);
  const more = useRef<HTMLButtonElement>(null);
  const close = () => {
    setAsks(null);
    // What opened the dialog was an item of the menu, which is gone.
    more.current?.focus();
  };
  const failed = retryableTasks(photos).length;
  const underWay = stoppableTasks(photos).length;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon ref={more} variant="default" size={44} aria-label={t('actions.more')}>
            <IconDots size={22} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {failed > 0 && (
            <Menu.Item leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => void act(retryAll)}>
              {t('actions.retry', { count: failed })}
            </Menu.Item>
          )}
          {underWay > 0 && (
            <Menu.Item leftSection={<IconPlayerStop size={18} aria-hidden />} onClick={() => setAsks('stop')}>
              {t('actions.stop', { count: underWay })}
            </Menu.Item>
          )}
          <Menu.Item
            color="var(--bad)"
            leftSection={<IconTrash size={18} aria-hidden />}
            onClick={() => setAsks('erase')}
          >
            {t('actions.erase')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asks === 'stop' && <StopDialog albumId={album.id} count={underWay} onClose={close} />}
      {asks === 'erase' && <EraseAlbumDialog album={album} photos={photos} onClose={close} />}
    </>
  );
}
