import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database } from '../database/schema.js';
import type { WebhookSecret } from './webhook-secrets.js';

/** What owners have chosen for the outcomes of their tasks. */
@Injectable()
export class OwnerWebhooksStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** Null for none. */
  async setUrl(ownerId: string, url: string | null): Promise<void> {
    await this.db.updateTable('owners').set({ webhook_url: url }).where('id', '=', ownerId).execute();
  }

  /** Changes the secrets of an owner; two that do it at once do it one after the other. @returns what they are then. */
  async changeSecrets(
    ownerId: string,
    change: (before: string | null) => WebhookSecret[],
  ): Promise<WebhookSecret[]> {
    return this.db.transaction().execute(async (transaction) => {
      const query = transaction.selectFrom('owners').select('webhook_secrets').where('id', '=', ownerId);
      const owner = await (isPostgres(this.db) ? query.forUpdate() : query).executeTakeFirstOrThrow();
      const secrets = change(owner.webhook_secrets);
      await transaction
        .updateTable('owners')
        .set({ webhook_secrets: JSON.stringify(secrets) })
        .where('id', '=', ownerId)
        .execute();
      return secrets;
    });
  }
}
