import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import { isPermanent } from '../database/is-permanent.js';
import type { Database, OwnerRow } from '../database/schema.js';
import { toOwner } from './owners.store.js';
import { hashToken, newToken } from './token.js';

const MOST_TRIES = 5;

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
  | 'amqp_user'
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
    for (let tries = 1; ; tries++) {
      try {
        await this.insert(key);
        return { key, token };
      } catch (error) {
        // Another key for the same publisher was made in this moment; the one that comes last has it.
        if (chosen.amqp_user === null || tries === MOST_TRIES || !isPermanent(error)) throw error;
      }
    }
  }

  /** The key takes its publisher over from whichever key had it. */
  private async insert(key: OwnerRow): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      if (key.amqp_user !== null) {
        await transaction
          .updateTable('owners')
          .set({ amqp_user: null })
          .where('amqp_user', '=', key.amqp_user)
          .execute();
      }
      await transaction.insertInto('owners').values(key).execute();
    });
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
