import { sql, type KyselyPlugin, type RawBuilder, type RootOperationNode } from 'kysely';
import { CompiledQuery } from 'kysely';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { isPostgres } from '../../../apps/api/src/database/dialect.js';
import { failedTask, insertRows } from './failed-tasks.js';

/** So many tasks that came one after the other within a day, made by the database itself. One in 20 has failed. */
export async function fill(db: Database, count: number, endsAt: number): Promise<void> {
  const model = failedTask();
  await insertRows(db, [model]);
  const columns = Object.keys(model);
  const stepMs = Math.floor(86_400_000 / count);
  const at = sql`(${sql.lit(endsAt - count * stepMs)} + n * ${sql.lit(stepMs)})`;
  const hex = (value: RawBuilder<unknown>, width: number) =>
    isPostgres(db)
      ? sql`lpad(to_hex(${value}), ${sql.lit(width)}, '0')`
      : sql`printf(${sql.lit(`%0${width}x`)}, ${value})`;
  const time = hex(sql`cast(${at} as bigint)`, 12);
  const isFailed = sql`n % 20 = 0`;
  const given: Record<string, RawBuilder<unknown>> = {
    id: sql`substr(${time}, 1, 8) || '-' || substr(${time}, 9, 4) || '-7000-8000-' || ${hex(sql`n`, 12)}`,
    type: sql`case when n % 3 = 0 then 'building' else 'person' end`,
    state: sql`case when ${isFailed} then 'failed' else 'succeeded' end`,
    failure: sql`case when ${isFailed} then failure end`,
    failure_code: sql`case when ${isFailed} then case when n % 40 = 0 then 'timed_out' else 'bad_image' end end`,
    filename: sql`'photo ' || n || '.jpg'`,
    sha256: hex(sql`n`, 64),
    client_ref: sql`'box ' || n`,
    created_at: at,
    queued_at: at,
    started_at: sql`${at} + 2000`,
    finished_at: sql`${at} + 7000`,
  };
  const values = columns.map((column) => given[column] ?? sql.ref(column));
  const series = isPostgres(db)
    ? sql`generate_series(1, ${sql.lit(count)}) as series(n)`
    : sql`(with recursive series(n) as (select 1 union all select n + 1 from series where n < ${sql.lit(count)}) select n from series)`;
  await sql`insert into tasks (${sql.join(columns.map((column) => sql.ref(column)))})
    select ${sql.join(values)} from tasks, ${series} where id = ${sql.lit(model.id)}`.execute(db);
  await db.deleteFrom('tasks').where('id', '=', model.id).execute();
  await sql`analyze tasks`.execute(db);
}

/** Keeps every query that goes through it, to be explained. */
export class Watched implements KyselyPlugin {
  private readonly nodes: RootOperationNode[] = [];

  transformQuery({ node }: { node: RootOperationNode }): RootOperationNode {
    this.nodes.push(node);
    return node;
  }

  async transformResult<T>({ result }: { result: T }): Promise<T> {
    return result;
  }

  /** How the database goes about each of them, and none of those before. */
  async plans(db: Database): Promise<{ sql: string; plan: string }[]> {
    const explain = isPostgres(db) ? 'explain' : 'explain query plan';
    const plans: { sql: string; plan: string }[] = [];
    for (const node of this.nodes.splice(0)) {
      const query = db.getExecutor().compileQuery(node, { queryId: crypto.randomUUID() });
      const { rows } = await db.executeQuery(
        CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters]),
      );
      plans.push({ sql: query.sql, plan: rows.map((row) => JSON.stringify(row)).join('\n') });
    }
    return plans;
  }
}
