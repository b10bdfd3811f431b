import { v7 as uuidv7 } from 'uuid';
import type { Database, DeliveryRow } from '../../../apps/api/src/database/schema.js';
import { OWNER } from '../api/sample-tasks.js';

/** A delivery as it is made with an outcome; its task need not exist. */
export function newDelivery(chosen: Partial<DeliveryRow> = {}): DeliveryRow {
  const now = Date.now();
  return {
    id: uuidv7(),
    task_id: uuidv7(),
    owner_id: OWNER,
    channel: 'webhook',
    target: 'https://a.example/hook',
    host: 'a.example:443',
    type: 'task.failed',
    body: '{"type":"task.failed"}',
    state: 'pending',
    attempts: 0,
    created_at: now,
    next_at: now,
    claimed_until: 0,
    delivered_at: null,
    failed_at: null,
    traceparent: null,
    ...chosen,
  };
}

/** Puts deliveries into the table by hand. */
export async function insertDeliveries(db: Database, ...rows: DeliveryRow[]): Promise<DeliveryRow[]> {
  // Both dialects bound the number of values of one statement.
  for (let from = 0; from < rows.length; from += 500) {
    await db
      .insertInto('deliveries')
      .values(rows.slice(from, from + 500))
      .execute();
  }
  return rows;
}
