import { v7 as uuidv7 } from 'uuid';
import { toOwner } from '../../../apps/api/src/access/owners.store.js';
import type { AlbumRow, Database, OwnerRow } from '../../../apps/api/src/database/schema.js';

/** Records a visitor. */
export async function insertVisitor(db: Database, chosen: Partial<OwnerRow> = {}): Promise<OwnerRow> {
  const owner = toOwner({ kind: 'visitor', token_hash: uuidv7(), ...chosen });
  await db.insertInto('owners').values(owner).execute();
  return owner;
}

/** Records an empty album. */
export async function insertAlbum(
  db: Database,
  owner: OwnerRow,
  chosen: Partial<AlbumRow> = {},
): Promise<AlbumRow> {
  const now = Date.now();
  const album: AlbumRow = {
    id: uuidv7(),
    owner_id: owner.id,
    title: '奶奶的相册',
    seq: 0,
    photos: 0,
    created_at: now,
    expires_at: now + 1_000_000,
    callback_url: null,
    idempotency_key: null,
    priority: null,
    ...chosen,
  };
  await db.insertInto('albums').values(album).execute();
  return album;
}
