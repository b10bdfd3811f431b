import SqliteDatabase from 'libsql';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { toOwner } from '../../apps/api/src/access/owners.store.js';
import { migrate } from '../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../apps/api/src/database/open-database.js';
import type { OwnerRow, TaskLogRow, TaskRow } from '../../apps/api/src/database/schema.js';
import { toRow } from '../../apps/api/src/tasks/new-task.js';

const TYPES = ['person', 'building'];
const OWNERS = 100_000;
const COMMIT_EVERY = 20_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Writes so many waiting tasks into an embedded database, past the API: half of them of one owner, the others of 100,000.
 * Turns are given as the line gives them: one owner's photos stand one turn apart.
 * @returns some of their ids, spread over the line.
 */
export async function fillLine(dataDir: string, count: number): Promise<string[]> {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'photo-repair.db');
  const kysely = openDatabase(`file:${path}`);
  await migrate(kysely);
  await kysely.destroy();
  const database = new SqliteDatabase(path);
  // The file is thrown away where this does not come to its end.
  for (const pragma of ['journal_mode=WAL', 'synchronous=OFF', 'cache_size=-400000']) database.pragma(pragma);
  const owners = Array.from({ length: OWNERS }, () => uuidv7());
  const insertOwner = inserter<OwnerRow>(database, 'owners', newOwner(owners[0]!));
  const sample = newTask(0, owners);
  const insertTask = inserter<TaskRow>(database, 'tasks', sample);
  const insertLog = inserter<TaskLogRow>(database, 'task_log', firstStep(sample));
  const ids: string[] = [];
  database.exec('begin');
  for (const owner of owners) insertOwner(newOwner(owner));
  for (let index = 0; index < count; index++) {
    const task = newTask(index, owners);
    insertTask(task);
    insertLog(firstStep(task));
    if (index % Math.ceil(count / 1000) === 0) ids.push(task.id);
    if (index % COMMIT_EVERY === 0) database.exec('commit; begin');
  }
  database.exec('commit');
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
  return ids;
}

function newOwner(id: string): OwnerRow {
  return toOwner({ id, kind: 'visitor', token_hash: (id + id).replaceAll('-', '').slice(0, 64) });
}

function newTask(index: number, owners: readonly string[]): TaskRow {
  const ofTheOne = index % 2 === 0;
  const ownerIndex = ofTheOne ? 0 : 1 + (((index - 1) / 2) % (owners.length - 1));
  const turn = ofTheOne ? index / 2 : Math.floor(index / 2 / (owners.length - 1));
  const id = uuidv7();
  const createdAt = Date.now();
  return toRow(
    {
      id,
      type: TYPES[index % 7 === 0 ? 1 : 0]!,
      ownerId: owners[ownerIndex]!,
      albumId: null,
      priority: 0,
      turn,
      filename: 'photo.jpg',
      clientRef: null,
      original: {
        key: `originals/${id}.jpg`,
        mediaType: 'image/jpeg',
        width: 1800,
        height: 1300,
        bytes: 1_000_000,
        sha256: 'a'.repeat(64),
      },
      parameters: { size: 512, model: 'ddcolor_modelscope' },
      adjusted: [],
      createdAt,
      deadlineAt: null,
      expiresAt: createdAt + 30 * DAY_MS,
      idempotencyKey: null,
    },
    null,
  );
}

function firstStep(task: TaskRow): TaskLogRow {
  return {
    task_id: task.id,
    seq: 1,
    album_id: null,
    album_seq: null,
    step: 'submitted',
    state: 'queued',
    at: task.created_at,
    attempt: 0,
    run: 0,
    actor: 'api',
    gpu: null,
    reason: null,
  };
}

/** An insert statement with the columns of the sample, prepared once. */
function inserter<Row extends object>(
  database: InstanceType<typeof SqliteDatabase>,
  table: string,
  sample: Row,
): (row: Row) => void {
  const columns = Object.keys(sample);
  const marks = columns.map(() => '?').join(', ');
  const statement = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${marks})`);
  return (row) => {
    statement.run(...columns.map((column) => row[column as keyof Row]));
  };
}
