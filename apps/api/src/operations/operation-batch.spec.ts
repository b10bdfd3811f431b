import { expect, it, vi } from 'vitest';
import type { OperationRow, TaskRow } from '../database/schema.js';
import { OperationBatch } from './operation-batch.js';
import type { OperationStep, StepOutcome } from './operation-step.js';
import type { OperationTasks } from './operation-tasks.js';
import type { BatchResult, OperationsStore } from './operations.store.js';

const RATE = 20;
const signal = new AbortController().signal;

/** An operation for `count` tasks, without a database; `outcome` tells what becomes of each. */
function bench(count: number, outcome: (id: string) => StepOutcome = () => 'done') {
  const all = Array.from({ length: count }, (_, index) => String(index).padStart(6, '0'));
  const row = {
    id: 'o',
    kind: 'retry',
    match: '{}',
    created_at: 1,
    per_second: RATE,
    total: count,
  } as OperationRow;
  const operation = {
    ...row,
    reached: '',
    batch: null,
    done: 0,
    skipped: 0,
    state: 'running',
  } as OperationRow;
  const largest = { asked: 0, read: 0, written: 0 };
  const done: string[] = [];
  const store = {
    begin: async (_operation: OperationRow, ids: string[]) => {
      operation.batch = JSON.stringify(ids);
      largest.written = Math.max(largest.written, ids.length);
      return operation.state === 'running';
    },
    settle: async (_operation: OperationRow, result: BatchResult) => {
      operation.batch = null;
      operation.reached = result.reached;
      operation.done += result.done;
      operation.skipped += result.skipped;
    },
    finish: async () => void (operation.state = 'finished'),
  } as unknown as OperationsStore;
  const tasks = {
    next: async (_purpose: unknown, after: string, limit: number) => {
      largest.asked = Math.max(largest.asked, limit);
      const from = after === '' ? 0 : all.indexOf(after) + 1;
      return all.slice(from, from + limit);
    },
    read: async (ids: string[]) => {
      largest.read = Math.max(largest.read, ids.length);
      return ids.map((id) => ({ id }) as TaskRow);
    },
  } as unknown as OperationTasks;
  const step = {
    do: async (_operation: OperationRow, { id }: TaskRow) => {
      const what = outcome(id);
      if (what === 'done') done.push(id);
      return what;
    },
    wasDone: async (_operation: OperationRow, { id }: TaskRow) => done.includes(id),
  } as unknown as OperationStep;
  return { all, done, largest, operation, batch: new OperationBatch(store, tasks, step) };
}

it('holds no more than what it may do in a second, of 10,000 tasks', async () => {
  const { all, batch, done, largest, operation } = bench(10_000);
  let batches = 1;
  while (await batch.do(operation, signal)) batches += 1;
  expect(done).toEqual(all);
  expect(operation).toMatchObject({ done: 10_000, skipped: 0, state: 'finished' });
  expect(largest).toEqual({ asked: RATE, read: RATE, written: RATE });
  expect(batches).toBe(10_000 / RATE + 1);
});

it('waits with those that the line does not take, and does them later', async () => {
  let isFull = true;
  const { batch, done, operation } = bench(5, (id) => (isFull && id >= '000003' ? 'later' : 'done'));
  expect(await batch.do(operation, signal)).toBe(true);
  expect(await batch.do(operation, signal)).toBe(true);
  expect(operation).toMatchObject({ done: 3, state: 'running' });
  isFull = false;
  expect(await batch.do(operation, signal)).toBe(false);
  expect(done).toHaveLength(5);
  expect(operation).toMatchObject({ done: 5, state: 'finished' });
});

it('counts what changed meanwhile apart, and nothing after it was stopped', async () => {
  const { batch, done, operation } = bench(3 * RATE, (id) => (id === '000001' ? 'skipped' : 'done'));
  await batch.do(operation, signal);
  expect(operation).toMatchObject({ done: RATE - 1, skipped: 1 });
  operation.state = 'stopped';
  expect(await batch.do(operation, signal)).toBe(false);
  expect(done).toHaveLength(RATE - 1);
});

it('goes on with a batch that nobody has counted, and does nothing in it twice', async () => {
  const { all, batch, done, operation } = bench(RATE + 5);
  done.push(all[0]!, all[1]!);
  operation.batch = JSON.stringify(all.slice(0, 4));
  expect(await batch.do(operation, signal)).toBe(true);
  expect(operation).toMatchObject({ done: 4, reached: all[3] });
  while (await batch.do(operation, signal));
  expect(done).toEqual(all);
  expect(operation.done).toBe(RATE + 5);
});

it('leaves the rest of a batch where the process has to stop', async () => {
  const stopping = new AbortController();
  const { batch, operation } = bench(RATE, (id) => {
    if (id === '000004') stopping.abort();
    return 'done';
  });
  expect(await batch.do(operation, stopping.signal)).toBe(true);
  expect(operation).toMatchObject({ done: 5, reached: '000004', state: 'running' });
});

it('ends a batch after a second and goes on in the next one', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { all, batch, done, operation } = bench(RATE, () => {
      vi.advanceTimersByTime(150);
      return 'done';
    });
    expect(await batch.do(operation, signal)).toBe(true);
    expect(operation).toMatchObject({ done: 7, reached: all[6], state: 'running', batch: null });
    while (await batch.do(operation, signal));
    expect(done).toEqual(all);
    expect(operation).toMatchObject({ done: RATE, state: 'finished' });
  } finally {
    vi.useRealTimers();
  }
});
