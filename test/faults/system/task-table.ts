import type { ArtifactRef, Failure, TaskState, TaskStep } from '@app/contracts';
import SqliteDatabase from 'libsql';
import pg from 'pg';
import type { StoredAlbum, StoredStep, StoredTask } from '../check/observation.js';

interface Row {
  id: string;
  type: string;
  state: TaskState;
  attempts: number;
  /** PostgreSQL gives 64-bit integers as text. */
  retry_at: number | string | null;
  seq: number;
  failure: string | null;
  original: string;
  result: string | null;
}

interface StepRow {
  task_id: string;
  seq: number;
  album_id: string | null;
  album_seq: number | null;
  step: TaskStep;
  state: TaskState;
  at: number | string;
}

const TASKS = 'select id, type, state, attempts, retry_at, seq, failure, original, result from tasks';
const STEPS = 'select task_id, seq, album_id, album_seq, step, state, at from task_log order by task_id, seq';
const ALBUMS = 'select id, seq, photos from albums';
/** Waiting tasks whose message the broker has not got for sure. */
const NOT_SENT = `select count(*) as pending from tasks
  where state = 'queued' and (dispatched is null or claimed_until > 0)`;

/** Outcomes that other systems are to be told. */
const NOT_DELIVERED = `select count(*) as pending from deliveries where state = 'pending'`;

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
    return rows.map(({ original, result, failure, retry_at: retryAt, ...row }) => ({
      ...row,
      retryAt: retryAt === null ? null : Number(retryAt),
      failure: failure === null ? null : describe(JSON.parse(failure) as Failure),
      originalSha256: (JSON.parse(original) as ArtifactRef).sha256,
      result: result === null ? null : (JSON.parse(result) as ArtifactRef),
    }));
  }

  /** The log of every task, in its order. */
  async steps(): Promise<StoredStep[]> {
    const rows = (await this.query(STEPS)) as StepRow[];
    return rows.map(({ task_id: taskId, album_id: albumId, album_seq: albumSeq, at, ...row }) => ({
      ...row,
      taskId,
      albumId,
      albumSeq,
      at: Number(at),
    }));
  }

  async albums(): Promise<StoredAlbum[]> {
    return (await this.query(ALBUMS)) as StoredAlbum[];
  }

  notSent(): Promise<number> {
    return this.count(NOT_SENT);
  }

  /** Outcomes that are still to be delivered. */
  notDelivered(): Promise<number> {
    return this.count(NOT_DELIVERED);
  }

  private async count(sql: string): Promise<number> {
    const [row] = (await this.query(sql)) as { pending: number | string }[];
    return Number(row?.pending);
  }
}

function describe({ code, message }: Failure): string {
  return `${code}: ${message}`;
}
