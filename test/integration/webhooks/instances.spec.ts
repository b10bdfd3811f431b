import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TestApi } from '../../support/test-api.js';
import { Receiver } from './receiver.js';
import { insertDeliveries, newDelivery } from './sample-deliveries.js';
import { reaching, WebhookApi } from './webhook-api.js';

const until = { timeout: 30_000, interval: 25 };

describe('API instances', () => {
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.down());

  it('of one database deliver each outcome once, and together no more than four at a time', async () => {
    const postgres = await PrivatePostgres.start();
    onTestFinished(() => postgres.stop());
    const settings = { ...reaching(receiver), WEBHOOK_TIMEOUT: '20s', DATABASE_URL: postgres.url };
    const one = await WebhookApi.start(settings);
    onTestFinished(() => one.api.remove());
    const other = await TestApi.start({ ...settings, DATA_DIR: one.api.dataDir });
    onTestFinished(() => other.close());
    receiver.manner = (response) => void setTimeout(() => response.writeHead(204).end(), 5);
    const rows = Array.from({ length: 200 }, () =>
      newDelivery({ owner_id: one.key.id, target: receiver.url, host: receiver.host }),
    );
    await insertDeliveries(one.db, ...rows);
    for (let count = 0; count < 20; count += 1) await one.ended(receiver.url);
    await vi.waitFor(async () => expect(await one.count('delivered')).toBe(220), until);
    expect(receiver.received).toHaveLength(220);
    expect(receiver.ids).toHaveLength(220);
    expect(receiver.mostOpen).toBeLessThanOrEqual(4);
  });

  it('take over what one had under way that died, when its claim is over', async () => {
    const api = await WebhookApi.start(reaching(receiver));
    onTestFinished(() => api.api.remove());
    const [row] = await insertDeliveries(
      api.db,
      newDelivery({
        owner_id: api.key.id,
        target: receiver.url,
        host: receiver.host,
        claimed_until: Date.now() + 700,
      }),
    );
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), until);
    expect(receiver.received[0]!.at).toBeGreaterThanOrEqual(row!.claimed_until);
    expect(receiver.ids).toEqual([`msg_${row!.id}`]);
  });

  it('send again what was sent before the process died and not written down, with the same id', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-webhooks-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const settings = { ...reaching(receiver), WEBHOOK_TIMEOUT: '20s', DATA_DIR: dataDir };
    receiver.manner = () => undefined;
    const first = await WebhookApi.start(settings);
    const task = await first.ended(receiver.url);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), until);
    const held = await first.db.selectFrom('deliveries').selectAll().executeTakeFirstOrThrow();
    expect(held.claimed_until).toBeGreaterThan(Date.now());
    await first.api.close();
    // A process that is killed writes nothing down: its claim stands, and is long from over.
    const db = openDatabase(`file:${join(dataDir, 'photo-repair.db')}`);
    const { next_at, claimed_until } = held;
    await db.updateTable('deliveries').set({ next_at, claimed_until }).execute();
    await db.destroy();
    receiver.manner = (response) => response.writeHead(204).end();
    const second = await TestApi.start(settings);
    onTestFinished(() => second.close());
    const again = await WebhookApi.of(second);
    await vi.waitFor(async () => expect(await again.count('delivered')).toBe(1), until);
    expect(receiver.received).toHaveLength(2);
    expect(receiver.ids).toEqual([`msg_${held.id}`]);
    expect(receiver.received[0]!.body).toBe(receiver.received[1]!.body);
    expect(task.id).toBe(held.task_id);
  });
});
