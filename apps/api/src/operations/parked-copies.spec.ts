import { expect, it } from 'vitest';
import { isOver } from './parked-copies.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const parkedAt = new Date(AT).toISOString();
const failed = { state: 'failed', discarded_at: null, queued_at: AT - 1000 } as const;

it.each([
  ['a photo that failed', failed, false],
  ['a photo that nobody knows', undefined, false],
  ['a photo of which the failure is not stored yet', { ...failed, state: 'running' }, false],
  ['a photo that was discarded', { ...failed, discarded_at: AT + 1 }, true],
  ['a photo that is ready', { ...failed, state: 'succeeded' }, true],
  ['a photo that was put in line since', { ...failed, state: 'queued', queued_at: AT + 1000 }, true],
] as const)('judges the parked copy of %s', (_what, task, over) => {
  expect(isOver({ parkedAt }, task)).toBe(over);
});

it('keeps a copy of which nobody knows when it was parked', () => {
  expect(isOver({ parkedAt: null }, { ...failed, queued_at: AT + 1000 })).toBe(false);
});
