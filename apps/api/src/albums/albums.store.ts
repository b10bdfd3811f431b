import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import type { AlbumRow, Database, OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';

/** What is known of an album when it is made. */
export interface NewAlbum {
  title: string;
  callbackUrl: string | null;
  idempotencyKey: string | null;
}

/** Makes, names and lists albums. Their photos come by the `TasksStore`, and go by the `ErasureService`. */
@Injectable()
export class AlbumsStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(API_ENV) private readonly env: ApiEnv,
    private readonly audit: AuditLog,
  ) {}

  /** The album that the owner's key means already, as it is by now, or else a new one. */
  async add(
    owner: OwnerRow,
    { title, callbackUrl, idempotencyKey }: NewAlbum,
  ): Promise<{ album: AlbumRow; replayed: boolean }> {
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
      idempotency_key: idempotencyKey,
      priority: null,
    };
    const inserted = await this.db
      .insertInto('albums')
      .values(album)
      .onConflict((conflict) => conflict.columns(['owner_id', 'idempotency_key']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted !== undefined) return { album, replayed: false };
    const earlier = await this.db
      .selectFrom('albums')
      .selectAll()
      .where('owner_id', '=', owner.id)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    // It may have been erased at this moment.
    return earlier === undefined
      ? this.add(owner, { title, callbackUrl, idempotencyKey })
      : { album: earlier, replayed: true };
  }

  /** Undefined where it was erased meanwhile. `chosen` has to name something. */
  async change(
    albumId: string,
    chosen: Partial<Pick<AlbumRow, 'title' | 'callback_url'>>,
    act?: Act,
  ): Promise<AlbumRow | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const changed = await transaction
        .updateTable('albums')
        .set(chosen)
        .where('id', '=', albumId)
        .returningAll()
        .executeTakeFirst();
      if (changed !== undefined && act !== undefined) await this.audit.write(act, transaction);
      return changed;
    });
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
