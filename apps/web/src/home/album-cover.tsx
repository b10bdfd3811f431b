import type { AlbumView, TaskView } from '@app/contracts';
import { IconPhoto } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { callApi } from '../api/call-api.js';
import classes from './album-cover.module.css';

const MOST = 4;

/** The first pictures of an album, in colour as soon as they are. */
export function AlbumCover({ album }: { album: AlbumView }) {
  const { total, succeeded, running } = album.counts;
  const { data: tasks } = useQuery({
    // Changes with what the cover shows, not with every photo of a large album.
    queryKey: ['album-cover', album.id, Math.min(total, MOST), Math.min(succeeded, MOST), running > 0],
    queryFn: () => callApi<{ items: TaskView[] }>(`${album.urls.tasks}?limit=${MOST}`),
    select: ({ items }) => items,
    placeholderData: keepPreviousData,
    enabled: total > 0,
  });
  const count = Math.min(total, MOST);
  if (count === 0) {
    return (
      <div className={classes.cover} data-count="0">
        <IconPhoto size={48} stroke={1} aria-hidden />
      </div>
    );
  }
  return (
    <div className={classes.cover} data-count={count}>
      {Array.from({ length: count }, (_, place) => {
        const task = tasks?.[place];
        return (
          <div key={place} className={classes.picture}>
            {task && (
              <img
                // The album's title is what says which one it is.
                alt=""
                src={task.output ? `${task.urls.thumbnail}?of=result` : task.urls.thumbnail}
                loading="lazy"
                decoding="async"
              />
            )}
          </div>
        );
      })}
    </div>
  );
}
