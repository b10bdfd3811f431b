import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { DATABASE } from '../database/database.module.js';
import type { Database, OwnerRow } from '../database/schema.js';
import { hashToken, newToken } from './token.js';

/** The width of the column, in characters. */
const LONGEST_NAME = 100;

/** A new visitor and its secret, which is in no table. */
export interface NewVisitor {
  owner: OwnerRow;
  token: string;
}

/** Who holds a secret: visitors and API keys. Those that were revoked or have expired are not found. */
@Injectable()
export class OwnersStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async findByHash(tokenHash: string, kind: OwnerRow['kind']): Promise<OwnerRow | undefined> {
    return this.live().where('token_hash', '=', tokenHash).where('kind', '=', kind).executeTakeFirst();
  }

  async find(id: string): Promise<OwnerRow | undefined> {
    return this.live().where('id', '=', id).executeTakeFirst();
  }

  /** Also one whose key was revoked or has expired: what it owns goes on existing. */
  async findEver(id: string): Promise<OwnerRow | undefined> {
    return this.db.selectFrom('owners').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async addVisitor(): Promise<NewVisitor> {
    const token = newToken('visitor');
    const owner = toOwner({ kind: 'visitor', token_hash: hashToken(token) });
    await this.db.insertInto('owners').values(owner).execute();
    return { owner, token };
  }

  /**
   * The owner of what a publisher of messages sends (`OwnerRow.amqp_user`), also one that was revoked or has expired.
   * Whoever is heard of for the first time gets one, with a key whose token nobody has.
   */
  async ofPublisher(amqpUser: string): Promise<OwnerRow> {
    const known = await this.findPublisher(amqpUser);
    if (known !== undefined) return known;
    const name = Array.from(`AMQP ${amqpUser}`.trim()).slice(0, LONGEST_NAME).join('');
    const made = toOwner({ kind: 'key', token_hash: hashToken(newToken('key')), name, amqp_user: amqpUser });
    await this.db
      .insertInto('owners')
      .values(made)
      .onConflict((conflict) => conflict.column('amqp_user').doNothing())
      .execute();
    // The first message of the same publisher may have been quicker elsewhere.
    const owner = await this.findPublisher(amqpUser);
    if (owner === undefined)
      throw new Error('The owner of a publisher is gone in the moment that it was made.');
    return owner;
  }

  /** It has been here at this moment. */
  async touch(id: string, at: number): Promise<void> {
    await this.db.updateTable('owners').set({ seen_at: at }).where('id', '=', id).execute();
  }

  private findPublisher(amqpUser: string): Promise<OwnerRow | undefined> {
    return this.db.selectFrom('owners').selectAll().where('amqp_user', '=', amqpUser).executeTakeFirst();
  }

  private live() {
    return this.db
      .selectFrom('owners')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', Date.now())]));
  }
}

/** The row of a new owner, who may do what a visitor may unless `given` says otherwise. */
export function toOwner(given: Pick<OwnerRow, 'kind' | 'token_hash'> & Partial<OwnerRow>): OwnerRow {
  const now = Date.now();
  return {
    id: uuidv7(),
    name: '',
    role: 'user',
    group_name: null,
    allowed_types: null,
    max_priority: 0,
    quota_bytes: null,
    requests_per_minute: null,
    used_bytes: 0,
    created_at: now,
    seen_at: now,
    expires_at: null,
    revoked_at: null,
    amqp_user: null,
    webhook_url: null,
    webhook_secrets: null,
    ...given,
  };
}
