import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAlbumActions } from '../album/album-actions.js';
import { CardMenuItems } from './card-menu-items.js';
import classes from './card-menu.module.css';
import type { Photo } from './photo.js';

interface CardMenuProps {
  readonly albumId: string | null;
  readonly photo: Photo;
}

/** What can be done with one photo. */
export function CardMenu({ albumId, photo }: CardMenuProps) {
  const { t } = useTranslation('album');
  const [isOpen, setOpen] = useState(false);
  const mayChange = useAlbumActions() !== null;
  // Whoever may only look has something to do where there is something to save.
  if (!mayChange && photo.phase !== 'done') return null;
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-end" withinPortal keepMounted={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.more}
          aria-label={t('card.more', { name: photo.name })}
        >
          <IconDotsVertical size={20} />
        </ActionIcon>
      </Menu.Target>
      {isOpen && (
        <Menu.Dropdown>
          <CardMenuItems albumId={albumId} photo={photo} />
        </Menu.Dropdown>
      )}
    </Menu>
  );
}
