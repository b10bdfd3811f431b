import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, OwnerRow } from '../database/schema.js';
import { toOwner } from './owners.store.js';
import { hashToken, newToken } from './token.js';

/** What is chosen when a key is made. */
export type NewKey = Pick<
  OwnerRow,
  | 'name'
  | 'role'
  | 'group_name'
  | 'allowed_types'
  | 'max_priority'
  | 'quota_bytes'
  | 'requests_per_minute'
  | 'expires_at'
>;

/** API keys, as operators keep them. */
@Injectable()
export class KeysStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** The token is in no table. */
  async add(chosen: NewKey): Promise<{ key: OwnerRow; token: string }> {
    const token = newToken('key');
    const key = toOwner({ kind: 'key', token_hash: hashToken(token), ...chosen });
    await this.db.insertInto('owners').values(key).execute();
    return { key, token };
  }

  /** All that were ever made, the oldest first. */
  async list(): Promise<OwnerRow[]> {
    return this.db.selectFrom('owners').selectAll().where('kind', '=', 'key').orderBy('id').execute();
  }

  /** Whether there was such a key; one that is revoked already stays as it is. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await this.db
      .updateTable('owners')
      .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(Date.now())) }))
      .where('id', '=', id)
      .where('kind', '=', 'key')
      .returning('id')
      .executeTakeFirst();
    return revoked !== undefined;
  }
}
