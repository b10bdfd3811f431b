import type { AuditEntryView, NewOperation, OperationView, Problem } from '@app/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OperationRow, TaskRow } from '../../../apps/api/src/database/schema.js';
import { showHistory } from '../../../apps/cli/src/history/history.command.js';
import { operate, showOperations } from '../../../apps/cli/src/operations/operations.command.js';
import { showOverview } from '../../../apps/cli/src/overview/overview.command.js';
import { showFailures, showTasks } from '../../../apps/cli/src/tasks/tasks.command.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from '../messaging/samples.js';
import { databaseOf, failedTask, insertRows, park } from './failed-tasks.js';

const PARKING = 'photo_repair.parking';
const RATE = 20;

describe('what an operator does to many photos', () => {
  const vhost = withVhost();
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0', OPERATION_RATE: String(RATE) });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true));
  });
  afterAll(() => api.remove());
  afterEach(async () => {
    for (const table of ['operations', 'task_log', 'tasks'] as const)
      await databaseOf(api).deleteFrom(table).execute();
  });

  const operator = () => api.as('operator');
  const db = () => databaseOf(api);

  async function start(asked: NewOperation): Promise<OperationView> {
    const response = await operator().send('POST', '/v1/admin/operations', asked);
    expect(response.status).toBe(202);
    return (await response.json()) as OperationView;
  }
  const preview = async (asked: NewOperation) =>
    (await (await operator().send('POST', '/v1/admin/operations?preview=true', asked)).json()) as {
      count: number;
    };
  const read = async (id: string) =>
    (await (await operator().fetch(`/v1/admin/operations/${id}`)).json()) as OperationView;
  const ended = (id: string, state: OperationView['state'] = 'finished') =>
    vi.waitFor(async () => {
      const operation = await read(id);
      expect(operation).toMatchObject({ state });
      return operation;
    });
  const rowsOf = () => db().selectFrom('tasks').selectAll().orderBy('id').execute();

  async function fail(count: number, changes: Partial<TaskRow> = {}): Promise<TaskRow[]> {
    const rows = Array.from({ length: count }, () => failedTask(changes));
    await insertRows(db(), rows);
    return rows;
  }

  it('puts failed photos in line again: counted first, at a limited rate, and written down', async () => {
    await fail(2 * RATE + 5);
    await fail(3, { failure_code: 'bad_image' });
    const match = { failure: 'out_of_memory' } as const;
    expect(await preview({ kind: 'retry', match })).toEqual({ count: 2 * RATE + 5 });
    const refused = await operator().send('POST', '/v1/admin/operations', {
      kind: 'retry',
      match,
      expected_count: 4,
    });
    expect(refused.status).toBe(409);
    expect(((await refused.json()) as Problem).code).toBe('count_changed');
    expect((await rowsOf()).every(({ state }) => state === 'failed')).toBe(true);

    const begun = performance.now();
    const note = 'the card had no memory';
    const { id } = await start({ kind: 'retry', match, expected_count: 2 * RATE + 5, note });
    const done = await ended(id);
    expect(performance.now() - begun).toBeGreaterThan(1_900);
    expect(done).toMatchObject({
      total: 2 * RATE + 5,
      done: 2 * RATE + 5,
      skipped: 0,
      per_second: RATE,
      note,
      match,
    });
    const rows = await rowsOf();
    expect(rows.filter(({ state }) => state === 'failed').map((row) => row.failure_code)).toEqual(
      Array.from({ length: 3 }, () => 'bad_image'),
    );
    const audit = (await (await operator().fetch('/v1/admin/audit')).json()) as { items: AuditEntryView[] };
    expect(audit.items.filter(({ subject }) => subject === id)).toMatchObject([
      { act: 'operation_finished', count: 2 * RATE + 5 },
      { act: 'operation_started', count: 2 * RATE + 5, note, details: { kind: 'retry', match } },
    ]);
  });

  it('stops within a batch or two, and what is done stays done', async () => {
    await fail(10 * RATE);
    const { id } = await start({ kind: 'retry', match: {} });
    await vi.waitFor(async () => expect((await read(id)).done).toBeGreaterThan(0));
    const response = await operator().fetch(`/v1/admin/operations/${id}`, { method: 'DELETE' });
    expect(response.status).toBe(200);
    const stopped = (await response.json()) as OperationView;
    expect(stopped.state).toBe('stopped');
    // Another one, which is done after it, shows that nothing more is done.
    const [other] = await fail(1, { type: 'building' });
    const { id: next } = await start({ kind: 'discard', match: { task_ids: [other!.id] } });
    await ended(next);
    const { done, finished_at: at } = await read(id);
    expect(at).toBe(stopped.finished_at);
    expect(done).toBeLessThanOrEqual(stopped.done + RATE);
    const failed = (await rowsOf()).filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(10 * RATE - done + 1);
  });

  it('discards: off the lists and out of the parking queue; photos, other copies and the owner are not touched', async () => {
    const [discarded, kept] = await fail(2);
    const stranger = sampleTask();
    const soon = new Date();
    for (const each of [discarded!, kept!, stranger, discarded!]) await park(vhost, each, soon);
    await vhost.expectReady({ [PARKING]: 4 });
    const { id } = await start({ kind: 'discard', match: { task_ids: [discarded!.id] } });
    expect(await ended(id)).toMatchObject({ total: 1, done: 1, skipped: 0 });
    await vhost.expectReady({ [PARKING]: 2 });

    const failures = (await (await operator().fetch('/v1/admin/failures')).json()) as { groups: unknown[] };
    expect(failures.groups).toMatchObject([{ code: 'out_of_memory', count: 1, sample_ids: [kept!.id] }]);
    const ids = async (query: string) => {
      const list = (await (await operator().fetch(`/v1/admin/tasks?${query}`)).json()) as {
        items: { id: string }[];
      };
      return list.items.map((item) => item.id);
    };
    expect(await ids('state=failed')).toEqual([kept!.id]);
    expect(await ids('state=failed&discarded=true')).toEqual([discarded!.id]);
    expect(await ids(`q=${discarded!.id}`)).toEqual([discarded!.id]);
    expect(await operator().task(discarded!.id)).toMatchObject({ status: 'failed' });
    // Its owner may still ask for it once more; it would be on the list if it failed again.
    expect((await operator().fetch(`/v1/tasks/${discarded!.id}/retry`, { method: 'POST' })).status).toBe(200);
    const row = await db()
      .selectFrom('tasks')
      .selectAll()
      .where('id', '=', discarded!.id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'queued', discarded_at: null });
  });

  it('takes the parked copies of what it puts in line out', async () => {
    const rows = await fail(3);
    for (const row of rows) await park(vhost, row, new Date(row.finished_at!));
    const parkedBefore = (await vhost.queue(PARKING))!.ready;
    const { id } = await start({ kind: 'retry', match: { task_ids: rows.map((row) => row.id) } });
    await ended(id);
    await vi.waitFor(async () => expect((await vhost.queue(PARKING))!.ready).toBe(parkedBefore - 3));
  });

  it('goes on after its process died in the middle of a batch, and counts each task once', async () => {
    const rows = (await fail(RATE)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const createdAt = Date.now();
    // What the process had done before it died, and could not count.
    const [first, second] = rows;
    for (const { id } of [first!, second!]) {
      expect((await operator().fetch(`/v1/tasks/${id}/retry`, { method: 'POST' })).status).toBe(200);
    }
    const row: OperationRow = {
      id: uuidv7(),
      kind: 'retry',
      match: '{}',
      total: RATE,
      done: 0,
      skipped: 0,
      state: 'running',
      per_second: RATE,
      by_id: uuidv7(),
      by_name: 'operator',
      note: null,
      created_at: createdAt,
      finished_at: null,
      reached: '',
      batch: JSON.stringify(rows.slice(0, 5).map(({ id }) => id)),
      claimed_by: 'an instance that is gone',
      claimed_until: Date.now() + 2_000,
      swept: 0,
    };
    await db().insertInto('operations').values(row).execute();
    expect(await ended(row.id)).toMatchObject({ done: RATE, skipped: 0 });
    const retried = await db()
      .selectFrom('task_log')
      .select((eb) => ['task_id', eb.fn.countAll<number>().as('count')])
      .where('step', '=', 'retried')
      .groupBy('task_id')
      .execute();
    expect(retried).toHaveLength(RATE);
    expect(retried.every(({ count }) => count === 1)).toBe(true);
  });

  it('leaves what changed meanwhile, and what failed later, as it is', async () => {
    const [changed, meant] = await fail(2);
    const later = failedTask({}, 'out_of_memory', -60_000);
    await insertRows(db(), [later]);
    await db()
      .updateTable('tasks')
      .set({ state: 'queued', finished_at: null })
      .where('id', '=', changed!.id)
      .execute();
    const { id, total } = await start({
      kind: 'discard',
      match: { task_ids: [changed!.id, meant!.id, later.id] },
    });
    expect(total).toBe(1);
    expect(await ended(id)).toMatchObject({ done: 1, skipped: 0 });
    const rows = await rowsOf();
    expect(rows.filter((row) => row.discarded_at !== null).map((row) => row.id)).toEqual([meant!.id]);
  });

  it('is done from the command line, too', async () => {
    const printed: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      const rows = await fail(2);
      const flags = { url: api.url, key: api.operatorKey, json: false };
      const chosen = { ...flags, all: false, failure: 'out_of_memory', yes: false, wait: true };
      const taken = () => printed.splice(0).join('');
      await operate('retry', [], chosen);
      expect(taken()).toBe(
        '2 photos would be tried again, with all their attempts. Nothing was done; say --yes to do it.\n',
      );
      await operate('discard', [rows[0]!.id], {
        ...flags,
        all: false,
        yes: true,
        wait: true,
        note: 'a test',
      });
      expect(taken()).toMatch(/discard +finished +1 +0 +1 .*1 named +a test/);
      await operate('retry', [], { ...chosen, yes: true });
      expect(taken()).toMatch(/retry +finished +1 +0 +1 .*failure=out_of_memory/);
      await showOperations(undefined, { ...flags, limit: '20', stop: false });
      expect(taken()).toMatch(/retry +finished[^]*discard +finished/);
      await showFailures(flags);
      expect(taken()).toBe('No photo has failed.\n');
      await showTasks(rows[0]!.id, { ...flags, limit: '20' });
      expect(taken()).toMatch(/state +failed, discarded[^]*out_of_memory[^]*worker-1/);
      await showTasks(undefined, { ...flags, limit: '20', json: true });
      expect(JSON.parse(taken())).toMatchObject({ items: [{ id: rows[1]!.id }], next_cursor: null });
      await showOverview(flags);
      expect(taken()).toMatch(/person +\d/);
      await showHistory({ ...flags, hours: '1' });
      expect(taken()).toMatch(/Steps of 1 minutes|Nothing has happened/);
      await expect(showHistory({ ...flags, hours: '1000' })).rejects.toThrow('hours');
    } finally {
      vi.restoreAllMocks();
    }
  });

  it.each([
    ['no kind', { match: {} }],
    ['no match', { kind: 'retry' }],
    ['a state in which nothing is to be done', { kind: 'discard', match: { state: 'expired' } }],
    ['names and a filter at once', { kind: 'retry', match: { task_ids: [uuidv7()], type: 'person' } }],
    ['a filter that nobody knows', { kind: 'retry', match: { colour: 'red' } }],
    ['too many names', { kind: 'retry', match: { task_ids: Array.from({ length: 1001 }, () => uuidv7()) } }],
  ])('refuses %s', async (_what, asked) => {
    const response = await operator().send('POST', '/v1/admin/operations', asked);
    expect([400, 422]).toContain(response.status);
    expect(((await response.json()) as Problem).code).toBe('invalid_request');
  });
});
