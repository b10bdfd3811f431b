import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { DATABASE } from '../database/database.module.js';
import type { AlbumRow, Database, OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';

/** Makes, names and lists albums. Their photos come by the `TasksStore`, and go by the `ErasureService`. */
@Injectable()
export class AlbumsStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  async add(owner: OwnerRow, title: string, callbackUrl: string | null): Promise<AlbumRow> {
    const now = Date.now();
    const album: AlbumRow = {
      id: uuidv7(),
      owner_id: owner.id,
      title,
      seq: 0,
      photos: 0,
      created_at: now,
      expires_at: now + this.env.retentionMs,
      callback_url: callbackUrl,
    };
    await this.db.insertInto('albums').values(album).execute();
    return album;
  }

  /** Undefined where it was erased meanwhile. `chosen` has to name something. */
  async change(
    albumId: string,
    chosen: Partial<Pick<AlbumRow, 'title' | 'callback_url'>>,
  ): Promise<AlbumRow | undefined> {
    return this.db
      .updateTable('albums')
      .set(chosen)
      .where('id', '=', albumId)
      .returningAll()
      .executeTakeFirst();
  }

  /** Those of an owner, the newest first; those that are older than the album `before`. */
  async ofOwner(ownerId: string, limit: number, before?: string): Promise<AlbumRow[]> {
    const query = this.db
      .selectFrom('albums')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .orderBy('id', 'desc')
      .limit(limit);
    return (before === undefined ? query : query.where('id', '<', before)).execute();
  }
}
