import { createLogger } from '@app/runtime';
import { expect, it } from 'vitest';
import type { Pauses } from '../pauses/pauses.js';
import type { LiveWorkers } from '../workers/live-workers.js';
import type { LineEntry } from './line-entry.js';
import { LinesService } from './lines.service.js';
import { NextTasks } from './next-tasks.js';
import type { WaitingStore, WaitingTask } from './waiting.store.js';

const TYPE = 'person';

const held = (id: string, turn: number): LineEntry => ({
  id,
  owner: id,
  level: 0,
  turn,
  dispatched: null,
  sentClass: null,
  queuedAt: 0,
});

function setUp(find: (id: string) => Promise<WaitingTask | undefined>) {
  const store = { find } as unknown as WaitingStore;
  const lines = new LinesService(store, createLogger('test', 'silent'));
  const workers = { of: () => [], onChange: () => undefined } as unknown as LiveWorkers;
  const paused = new Set<string>();
  const pauses = { isTypePaused: (type: string) => paused.has(type), onChange: () => undefined };
  const next = new NextTasks(lines, workers, pauses as unknown as Pauses);
  for (const [index, id] of ['a', 'b', 'c'].entries()) lines.of(TYPE).put(held(id, index));
  return { line: lines.of(TYPE), next, paused };
}

it('takes no more than the broker should hold, and none twice', () => {
  const { line, next } = setUp(() => Promise.resolve(undefined));
  expect(next.take(50).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(next.take(50)).toEqual([]);
  line.remove('a');
  expect(next.take(50).map(({ id }) => id)).toEqual(['c']);
});

it('takes nobody of a type that is paused, and goes on with the first', () => {
  const { next, paused } = setUp(() => Promise.resolve(undefined));
  paused.add(TYPE);
  expect([next.take(50), next.any]).toEqual([[], false]);
  paused.clear();
  expect([next.any, next.take(50).map(({ id }) => id)]).toEqual([true, ['a', 'b']]);
});

it('puts back whose hand-over could not be written, also while the store does not answer', async () => {
  const { line, next } = setUp(() => Promise.reject(new Error('the disk is full')));
  await next.giveBack(next.take(50));
  expect([line.heldCount, line.sentCount(0)]).toEqual([3, 0]);
  expect(next.take(50).map(({ id }) => id)).toEqual(['a', 'b']);
});

it('drops whom the store does not know any more', async () => {
  const { line, next } = setUp(() => Promise.resolve(undefined));
  await next.giveBack(next.take(50));
  expect(line.size).toBe(1);
  expect(next.take(50).map(({ id }) => id)).toEqual(['c']);
});
