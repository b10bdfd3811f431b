import { Button } from '@mantine/core';
import { IconCamera, IconFolder, IconPhotoPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MAX_PHOTO_BYTES } from '../photo/problem-sentence.js';
import classes from './add-photos.module.css';
import { canChoose, chooseFiles, type Source } from './choose-files.js';
import { useAddFiles } from './use-add-files.js';

const MAX_MB = MAX_PHOTO_BYTES / 1024 / 1024;

interface AddPhotosProps {
  /** Null for photos that begin an album of their own. */
  albumId: string | null;
  /** A big calm field to begin with, or a bar below an album. */
  variant: 'hero' | 'bar';
}

/** Where photos are added. Dropping works on the whole window (`PageDrop`), so the field only has to say so. */
export function AddPhotos({ albumId, variant }: AddPhotosProps) {
  const { t } = useTranslation('add');
  const addFiles = useAddFiles(albumId);
  const choose = (source: Source) => chooseFiles(source, (files) => void addFiles(files));
  const isHero = variant === 'hero';
  const size = isHero ? 'lg' : 'sm';
  const other = { variant: isHero ? 'default' : 'subtle', size: isHero ? 'md' : 'sm' } as const;
  return (
    <section className={classes[variant]} aria-label={t('field')}>
      {isHero && (
        <p className={classes.invitation}>
          <IconPhotoPlus className={classes.icon} stroke={1.25} aria-hidden />
          <span className={classes.drop}>{t('drop')}</span>
          <span className={classes.tap}>{t('tap')}</span>
          <span className={classes.or}>{t('or')}</span>
        </p>
      )}
      <div className={classes.ways}>
        <Button
          size={size}
          className={classes.first}
          leftSection={isHero ? null : <IconPhotoPlus size={18} aria-hidden />}
          onClick={() => choose('files')}
        >
          {isHero ? t('choose') : t('more')}
        </Button>
        {canChoose('camera') && (
          <Button
            {...other}
            leftSection={<IconCamera size={18} aria-hidden />}
            onClick={() => choose('camera')}
          >
            {t('take')}
          </Button>
        )}
        {canChoose('folder') && (
          <Button
            {...other}
            leftSection={<IconFolder size={18} aria-hidden />}
            onClick={() => choose('folder')}
          >
            {t('choose_folder')}
          </Button>
        )}
        {!isHero && <span className={classes.anywhere}>{t('more_hint')}</span>}
      </div>
      {isHero && <p className={classes.hint}>{t('hint', { max: MAX_MB })}</p>}
    </section>
  );
}
