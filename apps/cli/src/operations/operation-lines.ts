import type { OperationView } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';
import { layOut } from '../repair/result-table.js';

const HEAD = ['operation', 'what', 'state', 'done', 'skipped', 'of', 'by', 'since', 'which', 'note'];

/** A table of operations. */
export function operationLines(operations: readonly OperationView[]): string[] {
  if (operations.length === 0) return ['There is no operation.'];
  const rows = operations.map((operation) => [
    operation.id,
    operation.kind,
    operation.state,
    String(operation.done),
    String(operation.skipped),
    String(operation.total),
    harmless(operation.by.name),
    operation.created_at,
    whichOf(operation),
    harmless(operation.note ?? '-'),
  ]);
  return layOut(HEAD, rows);
}

function whichOf({ match }: OperationView): string {
  if ('task_ids' in match) return `${match.task_ids.length} named`;
  const given = Object.entries(match).map(([name, value]) => `${name}=${String(value)}`);
  return given.length === 0 ? 'all failed' : harmless(given.join(' '));
}
