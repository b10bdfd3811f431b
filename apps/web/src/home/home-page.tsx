import { useDocumentTitle } from '@mantine/hooks';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AlbumShelf } from './album-shelf.js';
import { BeginAlbum } from './begin-album.js';
import classes from './home-page.module.css';
import { PhotoCare } from './photo-care.js';
import { ThreeSteps } from './three-steps.js';
import { useShelf } from './use-shelf.js';
import { Welcome } from './welcome.js';

/** The first page: says what this is to those who come for the first time, shows their albums to those who come back. */
export function HomePage() {
  const { t } = useTranslation('home');
  useDocumentTitle(t('title'));
  const begin = useRef<HTMLElement>(null);
  const shelf = useShelf();
  const isReturning = shelf.isComing || shelf.albums.length > 0 || shelf.ended.length > 0;
  return (
    <div className={classes.page}>
      {isReturning ? (
        <>
          <AlbumShelf shelf={shelf} onAdd={() => begin.current?.focus()} />
          <BeginAlbum ref={begin} />
        </>
      ) : (
        <>
          <Welcome />
          <ThreeSteps />
        </>
      )}
      <PhotoCare />
    </div>
  );
}
