import type { ArtifactRef, Failure, TaskState } from '@app/contracts';
import SqliteDatabase from 'libsql';
import pg from 'pg';
import type { StoredTask } from '../check/observation.js';

interface Row {
  id: string;
  type: string;
  state: TaskState;
  attempts: number;
  failure: string | null;
  original: string;
  result: string | null;
}

const TASKS = 'select id, type, state, attempts, failure, original, result from tasks';
const OUTBOX = 'select count(*) as pending from outbox';

/** The task store from outside, past the API: what is really in it, also while no API runs. */
export class TaskTable {
  private constructor(
    private readonly query: (sql: string) => Promise<unknown[]>,
    readonly close: () => Promise<void>,
  ) {}

  /** Opens the database of `DATABASE_URL`; the API has to have made its tables. */
  static async open(url: string): Promise<TaskTable> {
    if (url.startsWith('file:')) {
      const database = new SqliteDatabase(url.slice('file:'.length), { readonly: true });
      database.pragma('busy_timeout=5000');
      return new TaskTable(
        async (sql) => database.prepare(sql).all(),
        async () => void database.close(),
      );
    }
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new TaskTable(
      async (sql) => (await client.query(sql)).rows as unknown[],
      () => client.end(),
    );
  }

  async tasks(): Promise<StoredTask[]> {
    const rows = (await this.query(TASKS)) as Row[];
    return rows.map(({ original, result, failure, ...row }) => ({
      ...row,
      failure: failure === null ? null : describe(JSON.parse(failure) as Failure),
      originalSha256: (JSON.parse(original) as ArtifactRef).sha256,
      result: result === null ? null : (JSON.parse(result) as ArtifactRef),
    }));
  }

  async outbox(): Promise<number> {
    const [row] = (await this.query(OUTBOX)) as { pending: number | string }[];
    return Number(row?.pending);
  }
}

function describe({ code, message }: Failure): string {
  return `${code}: ${message}`;
}
