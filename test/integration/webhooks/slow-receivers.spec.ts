import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { Receiver } from './receiver.js';
import { insertDeliveries, newDelivery } from './sample-deliveries.js';
import { reaching, WebhookApi } from './webhook-api.js';

// Each delivery is two transactions with an fsync; a machine that does much else needs its time for 520 of them.
const until = { timeout: 100_000, interval: 25 };

describe('receivers that are slow', { timeout: 120_000 }, () => {
  let slow: Receiver;
  let quick: Receiver;
  let api: WebhookApi;

  beforeEach(async () => {
    slow = await Receiver.start();
    quick = await Receiver.start();
    api = await WebhookApi.start({ ...reaching(slow, quick), WEBHOOK_TIMEOUT: '20s' });
  });
  afterEach(async () => {
    // What hangs is let go, so that the API need not wait for it.
    await slow.down();
    await quick.down();
    await api.api.remove();
  });

  it('get 500 outcomes four at a time, while another one gets its own at once', async () => {
    slow.manner = (response) => void setTimeout(() => response.writeHead(204).end(), 20);
    const rows = Array.from({ length: 500 }, () =>
      newDelivery({ owner_id: api.key.id, target: slow.url, host: slow.host }),
    );
    await insertDeliveries(api.db, ...rows);
    const others: TaskRow[] = [];
    for (let count = 0; count < 20; count += 1) others.push(await api.ended(quick.url));
    await vi.waitFor(() => expect(quick.ids).toHaveLength(20), until);
    expect(slow.ids.length).toBeLessThan(500);
    await vi.waitFor(async () => expect(await api.count('delivered')).toBe(520), until);
    expect(slow.mostOpen).toBe(4);
    expect(slow.received).toHaveLength(500);
    expect(new Set(slow.ids)).toEqual(new Set(rows.map(({ id }) => `msg_${id}`)));
    expect(others).toHaveLength(20);
  });

  it('hold up no task, and nobody else', async () => {
    slow.manner = () => undefined;
    for (let count = 0; count < 20; count += 1) await api.ended(slow.url);
    await vi.waitFor(() => expect(slow.received).toHaveLength(4), until);
    for (let count = 0; count < 50; count += 1) {
      const task = await api.task({ callbackUrl: count % 2 === 0 ? slow.url : quick.url });
      const ended = await api.end(task, 'succeeded');
      expect(ended.state).toBe('succeeded');
    }
    await vi.waitFor(async () => expect(await api.count('delivered')).toBe(25), until);
    expect(quick.ids).toHaveLength(25);
    // The first four hang still.
    expect(slow.received).toHaveLength(4);
    expect(await api.count('pending')).toBe(45);
  });
});
