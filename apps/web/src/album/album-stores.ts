import type { TaskView } from '@app/contracts';
import { albumNews, readAlbum, readAlbumTasks } from '../api/albums.js';
import { pageSocket } from '../live/page-socket.js';
import { whenPageWakes } from '../live/page-wakes.js';
import { AlbumStore } from './album-store.js';
import { soon } from './soon.js';

/** Somebody who goes to a photo and back, or to another album and back, finds everything as it was. */
const KEEP_MS = 5 * 60_000;

/** The stores of the albums that this page shows, or has shown a moment ago. */
class AlbumStores {
  private readonly stores = new Map<string, AlbumStore>();

  constructor() {
    albumNews.listen(({ albumId, album }) => this.stores.get(albumId)?.changed(album));
    whenPageWakes(() => this.stores.forEach((store) => store.look()));
  }

  of(albumId: string): AlbumStore {
    const known = this.stores.get(albumId);
    if (known !== undefined) return known;
    const store = new AlbumStore(albumId, {
      follow: (topic, follower) => pageSocket.follow(topic, follower),
      reconnect: () => pageSocket.reconnect(),
      readAlbum,
      readTasks: readAllTasks,
      soon,
      random: Math.random,
    });
    this.stores.set(albumId, store);
    this.sweepLater(albumId, store);
    return store;
  }

  forget(albumId: string): void {
    this.stores.get(albumId)?.changed(null);
  }

  private sweepLater(albumId: string, store: AlbumStore): void {
    setTimeout(() => {
      if (store.wasUsedWithin(KEEP_MS)) return this.sweepLater(albumId, store);
      store.stop();
      this.stores.delete(albumId);
    }, KEEP_MS);
  }
}

async function readAllTasks(albumId: string, signal: AbortSignal): Promise<TaskView[]> {
  const tasks: TaskView[] = [];
  let cursor: string | null = null;
  do {
    const page = await readAlbumTasks(albumId, cursor, signal);
    tasks.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return tasks;
}

export const albumStores = new AlbumStores();
