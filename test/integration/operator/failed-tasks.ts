import type { FailureCode, TaskMessage } from '@app/contracts';
import { v7 as uuidv7 } from 'uuid';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database, TaskLogRow, TaskRow } from '../../../apps/api/src/database/schema.js';
import { toMessage } from '../../../apps/api/src/line/to-message.js';
import { toRow } from '../../../apps/api/src/tasks/new-task.js';
import type { TestApi } from '../../support/test-api.js';
import type { Vhost } from '../../support/vhost.js';
import { newTask } from '../api/sample-tasks.js';

const PAGE = 500;

/** A task that has failed once, `agoMs` ago. */
export function failedTask(
  changes: Partial<TaskRow> = {},
  code: FailureCode = 'out_of_memory',
  agoMs = 60_000,
): TaskRow {
  const failedAt = Date.now() - agoMs;
  const createdAt = failedAt - 3_000;
  return {
    ...toRow(
      newTask({ id: uuidv7({ msecs: createdAt }), createdAt, expiresAt: failedAt + 86_400_000 }),
      null,
    ),
    state: 'failed',
    seq: 3,
    attempts: 1,
    run: 1,
    started_at: createdAt + 1_000,
    finished_at: failedAt,
    failure: JSON.stringify({ code, message: 'no reason' }),
    failure_code: code,
    ...changes,
  };
}

/** Writes tasks with their first steps into the database of an API, many at a time. */
export async function insertRows(db: Database, rows: readonly TaskRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    await db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('tasks')
        .values([...page])
        .execute();
      await transaction.insertInto('task_log').values(page.flatMap(logOf)).execute();
    });
  }
}

export function databaseOf(api: TestApi): Database {
  return api.app.get<Database>(DATABASE);
}

/** A copy of the task in the parking queue, as a worker leaves it. */
export async function park(vhost: Vhost, message: TaskMessage | TaskRow, parkedAt: Date): Promise<void> {
  const body = Buffer.from(JSON.stringify('taskId' in message ? message : toMessage(message)));
  await vhost.publish('photo_repair.parking', '', body, {
    persistent: true,
    headers: { 'x-parked-at': parkedAt.toISOString(), 'x-parked-reason': 'out_of_memory' },
  });
}

function logOf(row: TaskRow): TaskLogRow[] {
  const base = { task_id: row.id, album_id: null, album_seq: null, gpu: null, reason: null };
  const steps: TaskLogRow[] = [
    {
      ...base,
      seq: 1,
      step: 'submitted',
      state: 'queued',
      at: row.created_at,
      attempt: 0,
      run: 0,
      actor: 'api',
    },
    {
      ...base,
      seq: 2,
      step: 'started',
      state: 'running',
      at: row.started_at ?? row.created_at,
      attempt: 1,
      run: 1,
      actor: 'worker-1',
    },
  ];
  if (row.state !== 'failed') return steps.slice(0, row.seq);
  return [
    ...steps,
    {
      ...base,
      seq: 3,
      step: 'failed',
      state: 'failed',
      at: row.finished_at ?? row.created_at,
      attempt: 1,
      run: 1,
      actor: 'worker-1',
      reason: row.failure_code,
    },
  ];
}
