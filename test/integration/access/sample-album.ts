import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../../apps/api/src/database/schema.js';

/** An empty album of an owner; gives its id. */
export async function insertAlbum(db: Database, ownerId: string): Promise<string> {
  const id = uuidv7();
  const now = Date.now();
  const album = {
    id,
    owner_id: ownerId,
    title: '奶奶',
    seq: 0,
    photos: 0,
    created_at: now,
    expires_at: now + 3_600_000,
  };
  await db.insertInto('albums').values(album).execute();
  return id;
}
