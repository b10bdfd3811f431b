import type { EngineErased } from '@app/contracts';
import type { StateEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { AccessChanges } from '../access/access-changes.js';
import type { Act } from '../audit/audit-log.js';
import type { AlbumRow, TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { AlbumErasuresStore } from './album-erasures.store.js';
import { LateErasures } from './late-erasures.js';
import { TaskEraser } from './task-eraser.js';

const BATCH = 50;

/**
 * Erases tasks and albums for good. What callers can see goes at once; then the files, the copies in engines, and what a
 * worker still stores that had not heard of it (`ErasureSweeper`).
 */
@Injectable()
export class ErasureService {
  constructor(
    private readonly tasks: TaskEraser,
    private readonly albums: AlbumErasuresStore,
    private readonly lateness: LateErasures,
    private readonly accessChanges: AccessChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the rows are gone and the files that can be named are. Those that are gone already are no error. `act` is
   * written down with each batch, where an operator did it.
   */
  async erase(rows: readonly TaskRow[], act?: Act): Promise<void> {
    await this.tasks.erase(rows, act);
  }

  /** Erases every task of an album, then the album. Where the process dies, a sweeper goes on with it. */
  async eraseAlbum(album: AlbumRow, act?: Act): Promise<void> {
    await this.albums.doom(album.id, act);
    do {
      for (;;) {
        const rows = await this.albums.tasksOf(album.id, BATCH);
        if (rows.length === 0) break;
        await this.tasks.erase(rows);
      }
      // A photo may have come in at this moment.
    } while ((await this.albums.remove(album.id)) === 'not_empty');
    // Whoever watches it has nothing to watch any more.
    this.accessChanges.albumChanged(album.id);
    this.logger.info({ albumId: album.id }, 'an album was erased');
  }

  /** A worker tells something of a task that is not there (any more); of a task that is, it changes nothing. */
  async late(event: StateEvent): Promise<void> {
    await this.lateness.heard(event);
  }

  /** A worker has erased what a task had left in an engine, or could not. */
  async engineErased(event: EngineErased): Promise<void> {
    await this.lateness.answered(event);
  }
}
