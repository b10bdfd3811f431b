import { Menu } from '@mantine/core';
import {
  IconCheck,
  IconDownload,
  IconEye,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAlbumActions } from '../album/album-actions.js';
import { useTaskTypes } from '../api/task-types.js';
import { kindTitle } from '../choose/kind-words.js';
import { offeredTypes } from '../choose/offered-types.js';
import { uploadCenter } from '../uploads/upload-center.js';
import { currentLanguage } from '../words/words.js';
import { canCancel, canErase, canRetry } from './photo-counts.js';
import { savedName } from './photo-sentence.js';
import type { Photo } from './photo.js';

/** Phases in which a photo is still on this device and may become another kind of task. */
const NOT_SENT: readonly Photo['phase'][] = ['checking', 'waiting_to_send', 'paused', 'sending'];

interface CardMenuItemsProps {
  readonly albumId: string | null;
  readonly photo: Photo;
}

/** The menu of one photo: what its phase allows. */
export function CardMenuItems({ albumId, photo }: CardMenuItemsProps) {
  const { t } = useTranslation('album');
  const actions = useAlbumActions();
  const { phase, task } = photo;
  return (
    <>
      {albumId !== null && task !== null && (
        <Menu.Item
          component={Link}
          to={`/albums/${albumId}/photos/${task.id}`}
          data-card={photo.key}
          leftSection={<IconEye size={18} aria-hidden />}
        >
          {t('menu.open')}
        </Menu.Item>
      )}
      {task?.output && (
        <Menu.Item
          component="a"
          href={task.output.url}
          download={savedName(photo.name)}
          leftSection={<IconDownload size={18} aria-hidden />}
        >
          {t('menu.save')}
        </Menu.Item>
      )}
      {actions !== null && (
        <>
          {task === null && <SendingItems photo={photo} />}
          {canRetry(photo) && (
            <Menu.Item
              leftSection={<IconRefresh size={18} aria-hidden />}
              onClick={() => actions.again(photo)}
            >
              {t('menu.again')}
            </Menu.Item>
          )}
          {canCancel(photo) && (
            <Menu.Item
              leftSection={
                task === null ? <IconX size={18} aria-hidden /> : <IconPlayerStop size={18} aria-hidden />
              }
              onClick={() => actions.stop(photo)}
            >
              {t(task === null ? 'menu.take_back' : 'menu.stop')}
            </Menu.Item>
          )}
          {canErase(photo) && (
            <Menu.Item
              leftSection={
                task === null ? <IconX size={18} aria-hidden /> : <IconTrash size={18} aria-hidden />
              }
              {...(task !== null && { color: 'var(--bad)' })}
              onClick={() => (task === null ? actions.stop(photo) : actions.erase(photo))}
            >
              {t(task === null ? 'card.take_off' : 'menu.erase')}
            </Menu.Item>
          )}
          {NOT_SENT.includes(phase) && <KindItems photo={photo} />}
        </>
      )}
    </>
  );
}

function SendingItems({ photo: { key, phase } }: { photo: Photo }) {
  const { t } = useTranslation('album');
  if (phase === 'paused') {
    return (
      <Menu.Item
        leftSection={<IconPlayerPlay size={18} aria-hidden />}
        onClick={() => uploadCenter.resume(key)}
      >
        {t('menu.resume')}
      </Menu.Item>
    );
  }
  if (phase !== 'sending' && phase !== 'waiting_to_send') return null;
  return (
    <Menu.Item
      leftSection={<IconPlayerPause size={18} aria-hidden />}
      onClick={() => uploadCenter.pause(key)}
    >
      {t('menu.pause')}
    </Menu.Item>
  );
}

/** What is to be made of a photo that has not been sent. */
function KindItems({ photo }: { photo: Photo }) {
  const { t } = useTranslation('album');
  const { types } = useTaskTypes();
  if (types === null) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('menu.kind')}</Menu.Label>
      {offeredTypes(types).map(({ type }) => (
        <Menu.Item
          key={type}
          role="menuitemradio"
          aria-checked={type === photo.type}
          leftSection={<IconCheck size={18} opacity={type === photo.type ? 1 : 0} aria-hidden />}
          onClick={() => uploadCenter.setType(photo.key, type)}
        >
          {kindTitle(type, types, currentLanguage())}
        </Menu.Item>
      ))}
    </>
  );
}
