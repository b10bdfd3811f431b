import type { OperationState } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database, OperationRow } from '../database/schema.js';

/** An instance that dies leaves its operation to the others after so long. Renewed every second. */
const LEASE_MS = 15_000;
/** Any number will do that nobody else in this database locks by: instances that claim wait for each other. */
const CLAIM_LOCK = 0x6f_70_65_72;

/** How a batch went. */
export interface BatchResult {
  done: number;
  skipped: number;
  /** The last one that it is done with. */
  reached: string;
}

/** Operations: what is to be done, how far it is, and which API instance does it. */
@Injectable()
export class OperationsStore {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  async add(row: OperationRow): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('operations').values(row).execute();
      await this.audit.write(
        {
          act: 'operation_started',
          by: { id: row.by_id, name: row.by_name },
          subject: row.id,
          details: { kind: row.kind, match: JSON.parse(row.match) as unknown },
          count: row.total,
          note: row.note,
        },
        transaction,
      );
    });
  }

  /** The newest first, those before the id `before`. */
  async list(limit: number, before?: string): Promise<OperationRow[]> {
    const query = this.db.selectFrom('operations').selectAll().orderBy('id', 'desc').limit(limit);
    return (before === undefined ? query : query.where('id', '<', before)).execute();
  }

  async find(id: string): Promise<OperationRow | undefined> {
    return this.db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /**
   * The oldest that is not finished, for `instance` alone; undefined where there is none, or another instance is at work:
   * the rate is that of all instances together.
   */
  async claim(instance: string, now = Date.now()): Promise<OperationRow | undefined> {
    const waiting = await this.running().select('id').limit(1).execute();
    if (waiting.length === 0) return undefined;
    return this.db.transaction().execute(async (transaction) => {
      if (isPostgres(this.db)) {
        await sql`select pg_advisory_xact_lock(${sql.lit(CLAIM_LOCK)})`.execute(transaction);
      }
      const running = this.running(transaction);
      const others = await running
        .select('id')
        .where('claimed_by', '!=', instance)
        .where('claimed_until', '>', now)
        .limit(1)
        .execute();
      const next = others.length > 0 ? undefined : await running.select('id').limit(1).executeTakeFirst();
      if (next === undefined) return undefined;
      return transaction
        .updateTable('operations')
        .set({ claimed_by: instance, claimed_until: now + LEASE_MS })
        .where('id', '=', next.id)
        .returningAll()
        .executeTakeFirst();
    });
  }

  /** These tasks are in hand. False where the operation was stopped, or is another instance's. */
  async begin({ id, claimed_by: instance }: OperationRow, batch: readonly string[]): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('operations')
      .set({ batch: JSON.stringify(batch) })
      .where('id', '=', id)
      .where('claimed_by', '=', instance)
      .where('state', '=', 'running')
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  /** The batch is done, whether or not the operation was stopped meanwhile. */
  async settle(operation: OperationRow, { done, skipped, reached }: BatchResult): Promise<void> {
    await this.db
      .updateTable('operations')
      .set((eb) => ({
        done: eb('done', '+', done),
        skipped: eb('skipped', '+', skipped),
        reached,
        batch: null,
      }))
      .where('id', '=', operation.id)
      .where('claimed_by', '=', operation.claimed_by)
      .execute();
  }

  /** There is nothing left to do: what it was made for and did not find any more was changed by others. */
  async finish(id: string, now = Date.now()): Promise<void> {
    await this.end(id, 'finished', now, async (row, transaction) => {
      const skipped = Math.max(row.skipped, row.total - row.done);
      await transaction.updateTable('operations').set({ skipped }).where('id', '=', id).execute();
      const { by_id, by_name, done: count } = row;
      const by = { id: by_id, name: by_name };
      await this.audit.write({ act: 'operation_finished', by, subject: id, count }, transaction);
    });
  }

  /** @returns it as it is then; undefined where there is none. One that has ended stays as it is. */
  async stop(
    id: string,
    by: { id: string; name: string },
    now = Date.now(),
  ): Promise<OperationRow | undefined> {
    await this.end(id, 'stopped', now, ({ done: count }, transaction) =>
      this.audit.write({ act: 'operation_stopped', by, subject: id, count }, transaction),
    );
    return this.find(id);
  }

  /** An operation that has ended and whose parked copies may still be there. */
  async unswept(): Promise<OperationRow | undefined> {
    return this.db
      .selectFrom('operations')
      .selectAll()
      .where('swept', '=', 0)
      .where('state', '!=', 'running')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
  }

  async swept(id: string): Promise<void> {
    await this.db.updateTable('operations').set({ swept: 1 }).where('id', '=', id).execute();
  }

  /** Only where no other process uses the database: what an earlier one had taken goes on at once. */
  async releaseAll(): Promise<void> {
    await this.db
      .updateTable('operations')
      .set({ claimed_until: 0 })
      .where('claimed_until', '>', 0)
      .execute();
  }

  private running(db: Pick<Database, 'selectFrom'> = this.db) {
    return db.selectFrom('operations').where('state', '=', 'running').orderBy('id');
  }

  private async end(
    id: string,
    state: OperationState,
    now: number,
    also: (row: OperationRow, transaction: Parameters<AuditLog['write']>[1] & object) => Promise<void>,
  ): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable('operations')
        .set({ state, finished_at: now, claimed_until: 0 })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) await also(row, transaction);
    });
  }
}
