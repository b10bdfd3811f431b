import { Alert, Button, Collapse } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseFiles } from './choose-files.js';
import { RefusedPhoto } from './refused-photo.js';
import classes from './refused-photos.module.css';
import type { Upload } from './upload.js';
import { uploadCenter } from './upload-center.js';
import { useAddFiles } from './use-add-files.js';

interface RefusedPhotosProps {
  albumId: string | null;
  uploads: readonly Upload[];
}

/** Photos that cannot be sent as they are, with what can be done about each, and about all of them. */
export function RefusedPhotos({ albumId, uploads }: RefusedPhotosProps) {
  const { t } = useTranslation('add');
  const [isOpen, { toggle }] = useDisclosure(false);
  const addFiles = useAddFiles(albumId);
  const refused = uploads.filter(({ phase }) => phase === 'refused');
  const lost = uploads.filter(({ phase }) => phase === 'lost');
  return (
    <>
      {lost.length > 0 && (
        <Alert
          className={classes.notice}
          icon={<IconRefresh aria-hidden />}
          title={t('lost.count', { count: lost.length })}
        >
          <p className={classes.why}>{t('lost.why')}</p>
          <div className={classes.acts}>
            <Button size="sm" onClick={() => chooseFiles('files', (files) => void addFiles(files))}>
              {t('lost.choose')}
            </Button>
            <Button size="sm" variant="default" onClick={() => uploadCenter.dismiss(albumId, 'lost')}>
              {t('refused.remove_all', { count: lost.length })}
            </Button>
          </div>
        </Alert>
      )}
      {refused.length > 0 && (
        <Alert
          className={classes.notice}
          icon={<IconAlertTriangle aria-hidden />}
          title={t('refused.count', { count: refused.length })}
        >
          <div className={classes.acts}>
            <Button size="sm" variant="default" aria-expanded={isOpen} onClick={toggle}>
              {isOpen ? t('refused.hide') : t('refused.show')}
            </Button>
            <Button size="sm" variant="default" onClick={() => uploadCenter.dismiss(albumId, 'refused')}>
              {t('refused.remove_all', { count: refused.length })}
            </Button>
          </div>
          <Collapse expanded={isOpen}>
            <ul className={classes.list}>
              {refused.map((upload) => (
                <RefusedPhoto key={upload.id} upload={upload} />
              ))}
            </ul>
          </Collapse>
        </Alert>
      )}
    </>
  );
}
