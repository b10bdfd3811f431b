import type { AuditEntryView } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';
import { layOut } from '../repair/result-table.js';

const HEAD = ['when', 'who', 'what', 'to', 'photos', 'details', 'note'];

/** A table of what operators did. */
export function auditLines(entries: readonly AuditEntryView[]): string[] {
  if (entries.length === 0) return ['No operator has done anything yet.'];
  const rows = entries.map(({ at, by, act, subject, count, details, note }) => [
    at,
    harmless(by.name),
    act,
    harmless(subject ?? '-'),
    count === null ? '-' : String(count),
    details === null ? '-' : harmless(JSON.stringify(details)),
    harmless(note ?? '-'),
  ]);
  return layOut(HEAD, rows);
}
