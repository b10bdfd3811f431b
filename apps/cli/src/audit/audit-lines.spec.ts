import { expect, it } from 'vitest';
import { auditLines } from './audit-lines.js';

const ENTRY = {
  id: '1',
  at: '2026-11-22T06:00:00.000Z',
  by: { id: '2', name: 'operator' },
  act: 'album_priority_set',
  subject: 'album-1',
  details: { priority: 9 },
  count: 12,
  note: 'a\nwedding',
} as const;

it('shows who did what to what, one act a line', () => {
  const lines = auditLines([ENTRY, { ...ENTRY, subject: null, details: null, count: null, note: null }]);
  const shown = lines.join('\n');
  expect(shown).toMatch(/operator +album_priority_set +album-1 +12 +\{"priority":9\} +a wedding/);
  expect(shown).toMatch(/operator +album_priority_set +- +- +- +-/);
  expect(auditLines([])).toEqual(['No operator has done anything yet.']);
});
