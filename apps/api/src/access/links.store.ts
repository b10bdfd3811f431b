import type { LinkAccess } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import type { AlbumLinkRow, Database } from '../database/schema.js';
import { hashToken, newToken } from './token.js';

/** Links to albums. Those that were revoked or have expired are not found. */
@Injectable()
export class LinksStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** The token is in no table. `act` is written down with it, where an operator did it. */
  async add(
    albumId: string,
    access: LinkAccess,
    expiresAt: number | null,
    act?: Act,
  ): Promise<{ link: AlbumLinkRow; token: string }> {
    const token = newToken('link');
    const link: AlbumLinkRow = {
      id: uuidv7(),
      album_id: albumId,
      token_hash: hashToken(token),
      access,
      created_at: Date.now(),
      expires_at: expiresAt,
      revoked_at: null,
    };
    await this.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('album_links').values(link).execute();
      if (act !== undefined) await this.audit.write(act, transaction);
    });
    return { link, token };
  }

  async findByHash(tokenHash: string): Promise<AlbumLinkRow | undefined> {
    return this.live().where('token_hash', '=', tokenHash).executeTakeFirst();
  }

  async findLive(id: string): Promise<AlbumLinkRow | undefined> {
    return this.live().where('id', '=', id).executeTakeFirst();
  }

  /** The links of an album, the oldest first. */
  async ofAlbum(albumId: string): Promise<AlbumLinkRow[]> {
    return this.live().where('album_id', '=', albumId).orderBy('id').execute();
  }

  /** Whether there was such a link of this album. */
  async revoke(albumId: string, id: string, act?: Act): Promise<boolean> {
    return this.db.transaction().execute(async (transaction) => {
      const revoked = await transaction
        .updateTable('album_links')
        .set({ revoked_at: Date.now() })
        .where('id', '=', id)
        .where('album_id', '=', albumId)
        .where('revoked_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (revoked !== undefined && act !== undefined) await this.audit.write(act, transaction);
      return revoked !== undefined;
    });
  }

  /** Albums that lost a link between two moments because its time was over. */
  async expiredBetween(after: number, upTo: number): Promise<string[]> {
    const rows = await this.db
      .selectFrom('album_links')
      .select('album_id')
      .distinct()
      .where('expires_at', '>', after)
      .where('expires_at', '<=', upTo)
      .where('revoked_at', 'is', null)
      .execute();
    return rows.map((row) => row.album_id);
  }

  private live() {
    return this.db
      .selectFrom('album_links')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', Date.now())]));
  }
}
