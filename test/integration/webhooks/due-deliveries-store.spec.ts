import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toOwner } from '../../../apps/api/src/access/owners.store.js';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database, DeliveryRow } from '../../../apps/api/src/database/schema.js';
import { DeliveryLogStore } from '../../../apps/api/src/deliveries/delivery-log.store.js';
import { DueDeliveriesStore } from '../../../apps/api/src/deliveries/due-deliveries.store.js';
import type { Lane } from '../../../apps/api/src/deliveries/places.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { OWNER } from '../api/sample-tasks.js';
import { insertDeliveries, newDelivery } from './sample-deliveries.js';

const A: Lane = { channel: 'webhook', host: 'a.example:443' };
const NOTE = { at: 5000, duration_ms: 40, status: 503, error: 'The receiver answered 503.' };

describe.each(DATABASES)('DueDeliveriesStore on %s', (_name, start) => {
  let server: TestDatabase;
  let db: Database;
  let due: DueDeliveriesStore;
  let log: DeliveryLogStore;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
    due = new DueDeliveriesStore(db);
    log = new DeliveryLogStore(db);
  });
  beforeEach(() => db.deleteFrom('deliveries').execute());
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  const insert = (...chosen: Partial<DeliveryRow>[]) => insertDeliveries(db, ...chosen.map(newDelivery));
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  const claim = (many: number, now: number, until = now + 1000) => due.claim(A, () => many, { now, until });
  /** Claims the only one. */
  async function claimOne(now: number): Promise<DeliveryRow> {
    const rows = await claim(1, now);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }

  it('knows where something waits, and takes the longest due of it', async () => {
    const [late, early, , elsewhere] = await insert(
      { next_at: 200 },
      { next_at: 100 },
      { next_at: 301 },
      { next_at: 50, host: 'b.example:443' },
      { next_at: 50, state: 'delivered', host: 'c.example:443' },
      { next_at: 60, channel: 'amqp', host: 'main' },
    );
    expect(await due.lanes()).toEqual([
      A,
      { ...A, host: 'b.example:443' },
      { channel: 'amqp', host: 'main' },
    ]);
    expect(idsOf(await claim(5, 300))).toEqual([early!.id, late!.id]);
    expect(await claim(5, 300)).toEqual([]);
    const b = await due.claim({ ...A, host: 'b.example:443' }, () => 1, { now: 300, until: 301 });
    expect(idsOf(b)).toEqual([elsewhere!.id]);
  });

  it('tells how many are under way there at any instance, until their claims are over', async () => {
    await insert({ next_at: 1 }, { next_at: 2 }, { next_at: 3 });
    const seen: number[] = [];
    const look = (now: number) =>
      due.claim(A, (busy) => (seen.push(busy), 2 - busy), { now, until: now + 1000 });
    expect(await look(10)).toHaveLength(2);
    expect(await look(20)).toHaveLength(0);
    expect(await look(1010)).toHaveLength(2);
    expect(seen).toEqual([0, 2, 0]);
  });

  it('writes an attempt down with what follows', async () => {
    const [{ id }] = (await insert({ next_at: 1 })) as [DeliveryRow];
    const first = await claimOne(10);
    expect(await due.settle(first, NOTE, { state: 'pending', nextAt: 2000 })).toBe(true);
    expect(await log.find(id)).toMatchObject({
      state: 'pending',
      attempts: 1,
      next_at: 2000,
      claimed_until: 0,
    });
    expect(await claim(1, 1999)).toEqual([]);
    const second = await claimOne(2000);
    const arrived = { at: 6000, duration_ms: 7, status: 204, error: null };
    expect(await due.settle(second, arrived, { state: 'delivered' })).toBe(true);
    expect(await log.find(id)).toMatchObject({
      state: 'delivered',
      attempts: 2,
      next_at: null,
      delivered_at: 6007,
    });
    expect(await log.attempts(id)).toEqual([
      { delivery_id: id, attempt: 1, ...NOTE },
      { delivery_id: id, attempt: 2, ...arrived },
    ]);
    expect(await due.lanes()).toEqual([]);
  });

  it('leaves it to whoever has it after a claim that was too short, and forgets what was erased', async () => {
    const [{ id }] = (await insert({ next_at: 1 })) as [DeliveryRow];
    const slow = await claimOne(10);
    const other = await claimOne(2000);
    expect(await due.settle(slow, NOTE, { state: 'failed' })).toBe(false);
    await due.putOff(slow, 9999);
    expect(await log.find(id)).toMatchObject({ state: 'pending', claimed_until: 3000, attempts: 0 });
    await db.deleteFrom('deliveries').where('id', '=', id).execute();
    expect(await due.settle(other, NOTE, { state: 'delivered' })).toBe(false);
    expect(await log.attempts(id)).toEqual([]);
  });

  it('puts off without counting', async () => {
    const [{ id }] = (await insert({ next_at: 1 })) as [DeliveryRow];
    await due.putOff(await claimOne(10), 3010);
    expect(await log.find(id)).toMatchObject({ attempts: 0, next_at: 3010, claimed_until: 0 });
    expect(await log.attempts(id)).toEqual([]);
  });

  it('closes an address of an owner: what waits there has failed, and its webhook is off', async () => {
    const owner = toOwner({
      kind: 'key',
      token_hash: crypto.randomUUID(),
      webhook_url: 'https://a.example/hook',
    });
    const other = toOwner({
      kind: 'key',
      token_hash: crypto.randomUUID(),
      webhook_url: 'https://a.example/hook',
    });
    await db.insertInto('owners').values([owner, other]).execute();
    const [gone, waits, underWay, elsewhere, ofOther] = await insert(
      { owner_id: owner.id, next_at: 1 },
      { owner_id: owner.id, next_at: 9000, attempts: 3 },
      { owner_id: owner.id, claimed_until: 6000 },
      { owner_id: owner.id, target: 'https://a.example/other' },
      { owner_id: other.id },
    );
    await due.settle(await claimOne(10), { ...NOTE, status: 410 }, { state: 'failed' });
    await due.close(gone!, { at: 5000, duration_ms: 0, status: null, error: 'closed' });
    const states = async () => (await log.list({}, 10)).map(({ id, state }) => [id, state]);
    expect(new Map((await states()) as [string, string][])).toEqual(
      new Map([
        [gone!.id, 'failed'],
        [waits!.id, 'failed'],
        [underWay!.id, 'pending'],
        [elsewhere!.id, 'pending'],
        [ofOther!.id, 'pending'],
      ]),
    );
    expect(await log.attempts(waits!.id)).toMatchObject([{ attempt: 4, error: 'closed' }]);
    const urls = await db
      .selectFrom('owners')
      .select(['id', 'webhook_url'])
      .where('id', 'in', [owner.id, other.id])
      .execute();
    expect(urls.find(({ id }) => id === owner.id)?.webhook_url).toBeNull();
    expect(urls.find(({ id }) => id === other.id)?.webhook_url).toBe('https://a.example/hook');
  });

  it('starts with nothing claimed where nobody else can be alive', async () => {
    await insert({ next_at: 1, claimed_until: 99_999 }, { next_at: 1, claimed_until: 99_999 });
    expect(await claim(5, 10)).toEqual([]);
    await due.releaseAll();
    expect(await claim(5, 10)).toHaveLength(2);
  });

  it('gives each to one of many who ask at the same time, never more than there is room for', async () => {
    await insert(...Array.from({ length: 20 }, () => ({ next_at: 1 })));
    const room = (busy: number) => Math.max(0, 4 - busy);
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => due.claim(A, room, { now: 10, until: 1000 })),
    );
    expect(taken.flat()).toHaveLength(4);
    const later = await Promise.all(
      Array.from({ length: 8 }, () => due.claim(A, () => 3, { now: 10, until: 1000 })),
    );
    const ids = idsOf([...taken, ...later].flat());
    expect(new Set(ids).size).toBe(20);
    expect(ids).toHaveLength(20);
  });

  it('shows the log by owner, task and state, page by page, and what waits', async () => {
    const [first, second] = await insert(
      { created_at: 100 },
      { created_at: 50, state: 'failed', next_at: null },
      { owner_id: '019a9c5e-0000-7c4c-9d0e-0d7c8f1b2a3d', channel: 'amqp', created_at: 70 },
    );
    expect(idsOf(await log.list({ ownerId: OWNER }, 10))).toEqual([second!.id, first!.id]);
    expect(idsOf(await log.list({ ownerId: OWNER }, 10, second!.id))).toEqual([first!.id]);
    expect(idsOf(await log.list({ taskId: second!.task_id }, 10))).toEqual([second!.id]);
    expect(await log.list({ state: 'delivered' }, 10)).toEqual([]);
    expect(await log.list({}, 10)).toHaveLength(3);
    expect(await log.pending('webhook')).toEqual({ count: 1, since: 100 });
    expect(await log.pending('amqp')).toEqual({ count: 1, since: 70 });
    await db.deleteFrom('deliveries').execute();
    expect(await log.pending('webhook')).toEqual({ count: 0, since: null });
  });

  it('sends once more what is not pending', async () => {
    const [waits, failed] = await insert({}, { state: 'failed', attempts: 3, next_at: null });
    expect(await log.redeliver(waits!.id)).toBeUndefined();
    const again = await log.redeliver(failed!.id, 77);
    expect(again).toMatchObject({ id: failed!.id, state: 'pending', attempts: 3, next_at: 77 });
    expect(idsOf(await claim(1, 80))).toEqual([failed!.id]);
  });
});
