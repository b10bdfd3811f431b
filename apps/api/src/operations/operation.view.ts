import type { OperationMatch, OperationView } from '@app/contracts';
import { toIso } from '../access/iso-time.js';
import type { OperationRow } from '../database/schema.js';

/** Shows an operation to operators. */
export function toOperationView(row: OperationRow): OperationView {
  return {
    id: row.id,
    kind: row.kind,
    match: JSON.parse(row.match) as OperationMatch,
    total: row.total,
    done: row.done,
    skipped: row.skipped,
    state: row.state,
    per_second: row.per_second,
    by: { id: row.by_id, name: row.by_name },
    note: row.note,
    created_at: toIso(row.created_at),
    finished_at: toIso(row.finished_at),
  };
}
