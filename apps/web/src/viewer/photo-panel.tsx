import type { AlbumView, TaskView } from '@app/contracts';
import { Text, Title } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useTaskTypes } from '../api/task-types.js';
import type { Photo } from '../photo/photo.js';
import { AnotherLook } from './another-look.js';
import { ErasePhoto } from './erase-photo.js';
import { PhotoFacts } from './photo-facts.js';
import classes from './photo-panel.module.css';
import { PhotoSaves } from './photo-saves.js';
import { PhotoStatus } from './photo-status.js';
import { PhotoStory } from './photo-story.js';
import { useKeptFocus } from './use-kept-focus.js';

interface PhotoPanelProps {
  readonly album: AlbumView;
  readonly photo: Photo;
  readonly task: TaskView;
  readonly onErased: () => void;
}

/** What is to be said and done about the photo, beside or below it. */
export function PhotoPanel({ album, photo, task, onErased }: PhotoPanelProps) {
  const { t } = useTranslation('viewer');
  const { types } = useTaskTypes();
  const panel = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useKeptFocus(panel, title);
  const mayChange = album.access === 'edit';
  return (
    <section ref={panel} className={classes.panel} aria-label={photo.name}>
      <Title ref={title} order={1} className={classes.name} tabIndex={-1}>
        {photo.name}
      </Title>
      <PhotoStatus photo={photo} task={task} types={types} mayChange={mayChange} />
      <div className={classes.deeds}>
        <PhotoSaves photo={photo} task={task} />
        {mayChange && <AnotherLook albumId={album.id} task={task} types={types} />}
      </div>
      {!mayChange && <Text className={classes.quiet}>{t('view_only')}</Text>}
      <PhotoFacts task={task} types={types} />
      <PhotoStory task={task} />
      {mayChange && <ErasePhoto task={task} onErased={onErased} />}
    </section>
  );
}
