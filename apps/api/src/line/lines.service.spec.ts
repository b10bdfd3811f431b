import { createLogger } from '@app/runtime';
import { expect, it } from 'vitest';
import type { TaskRow } from '../database/schema.js';
import { LinesService } from './lines.service.js';
import type { WaitingStore, WaitingTask } from './waiting.store.js';

const TYPE = 'person';

const row = (seq: number, state: WaitingTask['state'] = 'queued') =>
  ({
    id: 'a',
    type: TYPE,
    state,
    seq,
    owner_id: 'owner',
    priority: 0,
    turn: seq,
    dispatched: null,
    sent_class: null,
    queued_at: 0,
    retry_at: null,
  }) as Partial<TaskRow> as TaskRow;

/** A store whose answers come when the test says so: the first one asked for is the first of `answers`. */
function setUp() {
  const answers: ((found: WaitingTask | undefined) => void)[] = [];
  const pages: ((page: WaitingTask[]) => void)[] = [];
  const store = {
    find: () => new Promise<WaitingTask | undefined>((resolve) => answers.push(resolve)),
    async *all() {
      yield await new Promise<WaitingTask[]>((resolve) => pages.push(resolve));
    },
  } as unknown as WaitingStore;
  const lines = new LinesService(store, createLogger('test', 'silent'));
  return { lines, answers, pages, line: () => lines.of(TYPE) };
}

/** Lets what was answered go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('is not put back by news that were read before later ones', async () => {
  const { lines, answers, line } = setUp();
  const heard = [lines.hear('a', TYPE), lines.hear('a', TYPE)];
  answers[1]!(row(2, 'running'));
  await turn();
  answers[0]!(row(1));
  await turn();
  expect(line().has('a')).toBe(false);
  // What changed while it was read is read once more.
  answers[2]!(row(2, 'running'));
  await Promise.all(heard);
  expect(line().has('a')).toBe(false);
});

it('is not put back by a row that was read before it was stored here', async () => {
  const { lines, answers, line } = setUp();
  const heard = lines.hear('a', TYPE);
  lines.stored(row(2, 'running'));
  answers[0]!(row(1));
  await turn();
  answers[1]!(row(2, 'running'));
  await heard;
  expect(line().has('a')).toBe(false);
});

it('is not put back by a row that was read before it was erased', async () => {
  const { lines, answers, line } = setUp();
  lines.stored(row(1));
  const heard = lines.hear('a', TYPE);
  lines.gone('a', TYPE);
  answers[0]!(row(1));
  await turn();
  answers[1]!(undefined);
  await heard;
  expect(line().has('a')).toBe(false);
});

it('is not put back by a commit of its own that another instance has overtaken', async () => {
  const { lines, answers, line } = setUp();
  const heard = lines.hear('a', TYPE);
  answers[0]!(row(2, 'running'));
  await heard;
  lines.stored(row(1));
  expect(line().has('a')).toBe(false);
});

it('takes a task in that comes back after it was erased', () => {
  const { lines, line } = setUp();
  lines.stored(row(7, 'running'));
  lines.gone('a', TYPE);
  lines.stored(row(1));
  expect(line().place('a')).toBe(1);
});

it('reads the lines one time after the other, and what changes meanwhile has the last word', async () => {
  const { lines, pages, line } = setUp();
  const read = [lines.readAnew(), lines.readAnew()];
  await turn();
  expect(pages).toHaveLength(1);
  lines.stored(row(2, 'running'));
  pages[0]!([row(1)]);
  await turn();
  expect(line().has('a')).toBe(false);
  pages[1]!([{ ...row(3), id: 'b' }]);
  await Promise.all(read);
  expect([line().has('a'), line().has('b')]).toEqual([false, true]);
});
