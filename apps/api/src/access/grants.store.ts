import type { LinkAccess } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { AlbumGrantRow, Database } from '../database/schema.js';

/** Which albums somebody has got access to by opening a link, for as long as the link lives. */
@Injectable()
export class GrantsStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The most that the links which this owner has opened let it do with an album; null for nothing. */
  async accessOf(ownerId: string, albumId: string): Promise<LinkAccess | null> {
    const opened = await this.db
      .selectFrom('album_grants')
      .innerJoin('album_links', 'album_links.id', 'album_grants.link_id')
      .select('album_links.access')
      .where('album_grants.owner_id', '=', ownerId)
      .where('album_grants.album_id', '=', albumId)
      .where('album_links.revoked_at', 'is', null)
      .where((eb) =>
        eb.or([eb('album_links.expires_at', 'is', null), eb('album_links.expires_at', '>', Date.now())]),
      )
      .execute();
    if (opened.length === 0) return null;
    return opened.some(({ access }) => access === 'edit') ? 'edit' : 'view';
  }

  /** Opening the same link again changes nothing. */
  async add(grant: AlbumGrantRow): Promise<void> {
    await this.db
      .insertInto('album_grants')
      .values(grant)
      .onConflict((conflict) => conflict.columns(['owner_id', 'link_id']).doNothing())
      .execute();
  }
}
