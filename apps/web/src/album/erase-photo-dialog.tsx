import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { eraseTask } from '../api/tasks.js';
import type { Photo } from '../photo/photo.js';
import { AskDialog } from './ask-dialog.js';
import { tell } from './use-act.js';

interface ErasePhotoDialogProps {
  readonly photo: Photo;
  readonly onClose: () => void;
}

/** Asks before a photo and what became of it are erased for good. */
export function ErasePhotoDialog({ photo: { name, key }, onClose }: ErasePhotoDialogProps) {
  const { t } = useTranslation('album');
  return (
    <AskDialog
      title={t('erase_photo.title', { name })}
      confirm={t('erase_photo.confirm')}
      keep={t('erase_photo.keep')}
      isGrave
      onClose={onClose}
      onConfirm={async () => {
        await eraseTask(key);
        tell(t('told.erased', { name }));
      }}
    >
      <Text>{t('erase_photo.what')}</Text>
    </AskDialog>
  );
}
