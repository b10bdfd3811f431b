import type { AuditAct } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { DATABASE } from '../database/database.module.js';
import type { AuditLogRow, Database, OwnerRow, Transaction } from '../database/schema.js';

/** What an operator did. */
export interface Act {
  act: AuditAct;
  /** Whose API key did it. */
  by: Pick<OwnerRow, 'id' | 'name'>;
  /** An id or a name, by the act; 300 characters at most. */
  subject?: string | null;
  /** What was chosen; no secrets. */
  details?: Record<string, unknown> | null;
  /** How many tasks it concerned, where it may be several. */
  count?: number | null;
  note?: string | null;
}

/** Who did what. Nothing in it is ever changed. */
@Injectable()
export class AuditLog {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Writes an act down: in the transaction of the act where there is one, so that there is neither without the other. While
   * a transaction is open it has to be given: the embedded database has one connection.
   */
  async write(
    { act, by, subject = null, details = null, count = null, note = null }: Act,
    transaction?: Transaction,
  ): Promise<void> {
    const row: AuditLogRow = {
      id: uuidv7(),
      at: Date.now(),
      by_id: by.id,
      by_name: by.name,
      act,
      subject,
      details: details && JSON.stringify(details),
      count,
      note,
    };
    await (transaction ?? this.db).insertInto('audit_log').values(row).execute();
  }

  /** The newest first; those before the id `before`, where one is given. */
  async list(limit: number, before?: string): Promise<AuditLogRow[]> {
    const query = this.db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(limit);
    return (before === undefined ? query : query.where('id', '<', before)).execute();
  }
}
