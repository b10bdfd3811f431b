import type { AlbumView, TaskView } from '@app/contracts';
import type { CSSProperties } from 'react';
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import type { Photo } from '../photo/photo.js';
import { PhotoBar } from './photo-bar.js';
import classes from './photo-page.module.css';
import { PhotoPanel } from './photo-panel.js';
import { originalOf, resultOf } from './picture-source.js';
import { Stage } from './stage.js';

interface PhotoViewProps {
  readonly album: AlbumView;
  readonly photo: Photo;
  readonly task: TaskView;
  readonly photos: readonly Photo[];
  /** Of the photo among `photos`. */
  readonly index: number;
  readonly onLeave: () => void;
  /** Goes to the photo of this task. */
  readonly onGo: (taskId: string) => void;
}

/** In step with `photo-page.module.css`: from here on the panel is beside the picture and the page does not scroll. */
const BESIDE = '(min-width: 62em) and (min-height: 30.01em)';

export function PhotoView({ album, photo, task, photos, index, onLeave, onGo }: PhotoViewProps) {
  const isBeside = useMediaQuery(BESIDE, true, { getInitialValueInEffect: false });
  useDocumentTitle(album.title === '' ? photo.name : `${photo.name} – ${album.title}`);
  const size = task.output ?? task.input;
  const next = photos[index + 1]?.task ?? null;

  function step(by: 1 | -1): void {
    const neighbour = photos[index + by]?.task;
    if (neighbour) onGo(neighbour.id);
  }

  return (
    <div className={classes.viewer}>
      <PhotoBar album={album} position={index + 1} total={photos.length} onStep={step} />
      <div className={classes.room}>
        <div className={classes.stage} style={{ '--ratio': size.width / size.height } as CSSProperties}>
          <Stage
            key={task.id}
            name={photo.name}
            before={originalOf(task)}
            after={resultOf(task)}
            ahead={next === null ? [] : [originalOf(next), resultOf(next)].filter((each) => each !== null)}
            size={size}
            wheelZooms={isBeside}
            onStep={step}
            onLeave={onLeave}
          />
        </div>
        <PhotoPanel
          key={`panel ${task.id}`}
          album={album}
          photo={photo}
          task={task}
          onErased={() => (next === null ? onLeave() : onGo(next.id))}
        />
      </div>
    </div>
  );
}
