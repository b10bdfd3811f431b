import { MAX_LEVEL } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { toOwner } from './owners.store.js';

/** There is one at most, so that setting another key ends the one before. */
const ID = '00000000-0000-0000-0000-000000000001';

/** The API key that an installation begins with. */
@Injectable()
export class OperatorStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async exists(): Promise<boolean> {
    const row = await this.db.selectFrom('owners').select('id').where('id', '=', ID).executeTakeFirst();
    return row !== undefined;
  }

  /** Makes this the key. The same one again changes nothing: one that was revoked stays so. */
  async put(tokenHash: string): Promise<void> {
    const row = toOwner({
      id: ID,
      kind: 'key',
      token_hash: tokenHash,
      name: 'operator',
      role: 'operator',
      max_priority: MAX_LEVEL,
    });
    await this.db
      .insertInto('owners')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ token_hash: tokenHash, revoked_at: null })
          .where('owners.token_hash', '!=', tokenHash),
      )
      .execute();
  }
}
