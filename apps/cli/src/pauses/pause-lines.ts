import type { PauseView } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';
import { layOut } from '../repair/result-table.js';

const HEAD = ['what', 'name', 'since', 'by', 'note'];

/** A table of what is paused. */
export function pauseLines(pauses: readonly PauseView[]): string[] {
  if (pauses.length === 0) return ['Nothing is paused.'];
  const rows = pauses.map(({ scope, name, since, by, note }) => [
    scope,
    harmless(name ?? '-'),
    since,
    harmless(by.name),
    harmless(note ?? '-'),
  ]);
  return layOut(HEAD, rows);
}
