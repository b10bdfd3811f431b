import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { AlbumRow, Database, TaskRow } from '../database/schema.js';

/** The time of expiry that says: whatever is in this album has to be erased, whenever it would expire. */
const DOOMED = 0;

/** Albums on their way out. */
@Injectable()
export class AlbumErasuresStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(AuditLog) private readonly audit: Pick<AuditLog, 'write'> = new AuditLog(db),
  ) {}

  /** Writes down that the album has to go, so that it does even where this process dies now. */
  async doom(albumId: string, act?: Act): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      await transaction.updateTable('albums').set({ expires_at: DOOMED }).where('id', '=', albumId).execute();
      if (act !== undefined) await this.audit.write(act, transaction);
    });
  }

  async doomed(limit: number): Promise<AlbumRow[]> {
    return this.db.selectFrom('albums').selectAll().where('expires_at', '=', DOOMED).limit(limit).execute();
  }

  /** Albums past their time that are said to be empty, in the order of their ids. */
  async emptyExpired(now: number, limit: number): Promise<AlbumRow[]> {
    return this.db
      .selectFrom('albums')
      .selectAll()
      .where('expires_at', '<=', now)
      .where('photos', '<=', 0)
      .orderBy('expires_at')
      .limit(limit)
      .execute();
  }

  /** The last ones first: the line loses its end, and nothing that is about to be erased takes a free worker. */
  async tasksOf(albumId: string, limit: number): Promise<TaskRow[]> {
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('album_id', '=', albumId)
      .orderBy('album_index', 'desc')
      .limit(limit)
      .execute();
  }

  /** Removes an album with its links and grants, unless there is a task in it. */
  async remove(albumId: string): Promise<'removed' | 'not_empty'> {
    return this.db.transaction().execute(async (transaction) => {
      const query = transaction.selectFrom('albums').select('id').where('id', '=', albumId);
      // Whoever puts a photo in has to wait for the lock, and finds no album then.
      await (isPostgres(this.db) ? query.forUpdate() : query).execute();
      const task = await transaction
        .selectFrom('tasks')
        .select('id')
        .where('album_id', '=', albumId)
        .limit(1)
        .executeTakeFirst();
      if (task !== undefined) return 'not_empty';
      await transaction.deleteFrom('albums').where('id', '=', albumId).execute();
      return 'removed';
    });
  }
}
