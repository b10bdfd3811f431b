import type { TaskView } from '@app/contracts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { savedName } from '../photo/photo-sentence.js';
import type { Photo } from '../photo/photo.js';

/** Both pictures to keep: plain links, so that the browser shows how far a big one is. */
export function PhotoSaves({ photo, task }: { readonly photo: Photo; readonly task: TaskView }) {
  const { t } = useTranslation('viewer');
  return (
    <>
      {task.output !== null && (
        <Button
          component="a"
          href={task.output.url}
          download={savedName(photo.name)}
          size="md"
          leftSection={<IconDownload size={20} />}
        >
          {t('save_new')}
        </Button>
      )}
      <Button component="a" href={task.urls.original} download={task.filename} size="md" variant="default">
        {t('save_original')}
      </Button>
    </>
  );
}
