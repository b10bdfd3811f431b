import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
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

/** API keys, as operators keep them. What is done to them is written down with it. */
@Injectable()
export class KeysStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** The token is in no table. */
  async add(chosen: NewKey, by: OwnerRow): Promise<{ key: OwnerRow; token: string }> {
    const token = newToken('key');
    const key = toOwner({ kind: 'key', token_hash: hashToken(token), ...chosen });
    for (let tries = 1; ; tries++) {
      try {
        await this.insert(key, by);
        return { key, token };
      } catch (error) {
        // Another key for the same publisher was made in this moment; the one that comes last has it.
        if (chosen.amqp_user === null || tries === MOST_TRIES || !isPermanent(error)) throw error;
      }
    }
  }

  /** The key takes its publisher over from whichever key had it. */
  private async insert(key: OwnerRow, by: OwnerRow): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      if (key.amqp_user !== null) {
        await transaction
          .updateTable('owners')
          .set({ amqp_user: null })
          .where('amqp_user', '=', key.amqp_user)
          .execute();
      }
      await transaction.insertInto('owners').values(key).execute();
      const { id: subject, name, role, group_name: group, amqp_user } = key;
      const details = { name, role, group, amqp_user };
      await this.audit.write({ act: 'key_made', by, subject, details }, transaction);
    });
  }

  /** All that were ever made, the oldest first. */
  async list(): Promise<OwnerRow[]> {
    return this.db.selectFrom('owners').selectAll().where('kind', '=', 'key').orderBy('id').execute();
  }

  /** Whether there was such a key; one that is revoked already stays as it is. */
  async revoke(id: string, by: OwnerRow): Promise<boolean> {
    return this.db.transaction().execute(async (transaction) => {
      const key = await transaction
        .selectFrom('owners')
        .select('name')
        .where('id', '=', id)
        .where('kind', '=', 'key')
        .executeTakeFirst();
      if (key === undefined) return false;
      const { numUpdatedRows } = await transaction
        .updateTable('owners')
        .set({ revoked_at: Date.now() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      const details = { name: key.name };
      if (numUpdatedRows > 0n)
        await this.audit.write({ act: 'key_revoked', by, subject: id, details }, transaction);
      return true;
    });
  }
}
