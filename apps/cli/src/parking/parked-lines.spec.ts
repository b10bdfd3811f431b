import type { ParkedTask } from '@app/messaging';
import { expect, it } from 'vitest';
import { harmless, parkedLines } from './parked-lines.js';

const PARKED: ParkedTask = {
  taskId: '01890000-0000-7000-8000-000000000001',
  taskType: 'person',
  reason: 'bad_image',
  error: 'the engine cannot read it',
  attempts: 2,
  parkedAt: '2026-01-02T03:04:05.000Z',
  parkedBy: 'worker-person',
  originalQueue: 'q',
  bytes: 300,
};

it('shows one line a message, and under the table why each was parked', () => {
  const nothing = { taskId: null, taskType: null, parkedAt: null, parkedBy: null, attempts: null };
  expect(parkedLines([PARKED, { ...PARKED, ...nothing, reason: null, error: 'odd' }])).toEqual([
    'task                                  type    parked at                 by             attempts  reason',
    '------------------------------------  ------  ------------------------  -------------  --------  ---------',
    '01890000-0000-7000-8000-000000000001  person  2026-01-02T03:04:05.000Z  worker-person  2         bad_image',
    '-                                     -       -                         -              -         -',
    '',
    '01890000-0000-7000-8000-000000000001: the engine cannot read it',
    '-: odd',
  ]);
});

it('prints nothing that a terminal would obey', () => {
  expect(harmless('a\u001B[2Jb\nc\u202Ed')).toBe('a [2Jb c d');
  const [, , row] = parkedLines([{ ...PARKED, taskType: '\u001B]0;x\u0007' }]);
  expect(row).not.toContain('\u001B');
});
