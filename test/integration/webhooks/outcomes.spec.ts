import { isFinalState } from '@app/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { Receiver } from './receiver.js';
import { idsOf, reaching, WebhookApi } from './webhook-api.js';

const until = { timeout: 20_000, interval: 25 };
const KINDS = ['succeeded', 'failed', 'cancelled', 'expired'] as const;

describe.each(DATABASES)('outcomes on %s', (_name, start) => {
  let server: TestDatabase;
  let receiver: Receiver;
  let inside: Receiver;
  let api: WebhookApi;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    receiver = await Receiver.start();
    inside = await Receiver.start();
    api = await WebhookApi.start({ ...reaching(receiver), WEBHOOK_TIMEOUT: '20s', DATABASE_URL: server.url });
  });
  afterEach(async () => {
    for (const table of ['deliveries', 'tasks', 'albums', 'owners'] as const) {
      await api.db.deleteFrom(table).execute();
    }
    await api.api.remove();
    await receiver.down();
    await inside.down();
  });

  const delivered = (count: number) =>
    vi.waitFor(async () => expect(await api.count('delivered')).toBe(count), until);

  it('of every kind are posted as they are stored, signed, each once', async () => {
    const ended: TaskRow[] = [];
    for (const kind of KINDS) ended.push(await api.ended(receiver.url, kind));
    await delivered(4);
    const notices = receiver.verified(api.installationSecret);
    expect(notices.map(({ type }) => type).toSorted()).toEqual(
      KINDS.map((kind) => `task.${kind}`).toSorted(),
    );
    expect(idsOf(notices).toSorted()).toEqual(ended.map(({ id }) => id).toSorted());
    const [first] = receiver.received;
    const version = JSON.parse(first!.body) as { data: { status: 'failed' } };
    expect(isFinalState(version.data.status)).toBe(true);
    expect(first!.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^photo-repair\/\d+\.\d+\.\d+$/) as string,
      'webhook-id': expect.stringMatching(/^msg_[0-9a-f-]{36}$/) as string,
    });
    expect(first!.path).toBe('/hook');
  });

  it('go to the task, else to its album, else to the webhook of its owner, and else to nobody', async () => {
    const { db, key } = api;
    const album = { id: crypto.randomUUID(), owner_id: key.id, title: 'a', seq: 0, photos: 0, created_at: 1 };
    await db
      .insertInto('albums')
      .values({ ...album, expires_at: Date.now() + 1e6, callback_url: `${receiver.url}/album` })
      .execute();
    await api.ended(null);
    await db
      .updateTable('owners')
      .set({ webhook_url: `${receiver.url}/owner` })
      .where('id', '=', key.id)
      .execute();
    await api.ended(null);
    await api.end(await api.task({ albumId: album.id }));
    await api.end(await api.task({ albumId: album.id, callbackUrl: `${receiver.url}/task` }));
    await delivered(3);
    expect(receiver.received.map(({ path }) => path).toSorted()).toEqual([
      '/hook/album',
      '/hook/owner',
      '/hook/task',
    ]);
  });

  it('arrive when a receiver that was down is back', async () => {
    await receiver.down();
    const ended: TaskRow[] = [];
    for (let count = 0; count < 10; count += 1) ended.push(await api.ended(receiver.url));
    await vi.waitFor(async () => {
      const tried = await api.deliveries();
      expect(tried.every(({ attempts }) => attempts >= 2)).toBe(true);
    }, until);
    await receiver.up();
    await delivered(10);
    expect(idsOf(receiver.verified(api.installationSecret)).toSorted()).toEqual(
      ended.map(({ id }) => id).toSorted(),
    );
  });

  it('are not carried inwards by a redirect, which is a failure', async () => {
    receiver.manner = (response) => response.writeHead(307, { location: inside.url }).end();
    await api.ended(receiver.url);
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(3), until);
    expect(inside.connections).toBe(0);
    const [delivery] = await api.deliveries();
    expect(delivery).toMatchObject({ state: 'pending' });
    expect((await api.delivery(delivery!.id)).log[0]).toMatchObject({
      status: 307,
      error: 'The receiver answered 307. Redirects are not followed.',
    });
  });

  it('have arrived although the answer is endless, of which little is read', async () => {
    let written = 0;
    receiver.manner = (response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed || written > 10 * 1024 * 1024) return;
        written += 65_536;
        response.write(Buffer.alloc(65_536), more);
      };
      more();
    };
    await api.ended(receiver.url);
    await delivered(1);
    expect(receiver.received).toHaveLength(1);
    // What fits the buffers of both ends of a connection is written before anybody reads it.
    expect(written).toBeLessThan(10 * 1024 * 1024);
  });

  it('wait as long as the receiver asks, and no longer than a day', async () => {
    receiver.manner = (response, _received, times) =>
      times === 1 ? response.writeHead(503, { 'retry-after': '2' }).end() : response.writeHead(204).end();
    await api.ended(receiver.url);
    await delivered(1);
    const [first, second] = receiver.received;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(2000);
    const late = await api.task({ callbackUrl: receiver.url });
    receiver.manner = (response) => response.writeHead(503, { 'retry-after': String(24 * 3600 + 60) }).end();
    await api.end(late);
    await vi.waitFor(async () => expect(await api.count('failed')).toBe(1), until);
    expect((await api.deliveries('&state=failed'))[0]).toMatchObject({ task_id: late.id, attempts: 1 });
  });

  it('are given up at once where the receiver says that it is gone, with all that waits for it', async () => {
    await api.db
      .updateTable('owners')
      .set({ webhook_url: receiver.url })
      .where('id', '=', api.key.id)
      .execute();
    let status = 503;
    receiver.manner = (response) => response.writeHead(status).end();
    for (let count = 0; count < 5; count += 1) await api.ended(null);
    status = 410;
    await vi.waitFor(async () => expect(await api.count('failed')).toBe(5), until);
    const told = receiver.received.length;
    const view = (await (await api.caller.fetch('/v1/webhook')).json()) as { url: string | null };
    expect(view.url).toBeNull();
    await api.ended(null);
    expect(await api.deliveries()).toHaveLength(5);
    expect(receiver.received).toHaveLength(told);
  });

  it('are told anew after a task was asked for once more', async () => {
    const task = await api.ended(receiver.url, 'failed');
    const answer = await api.caller.send('POST', `/v1/tasks/${task.id}/retry`, {});
    expect(answer.status).toBe(200);
    const again = (await answer.json()) as { id: string };
    await api.caller.send('POST', `/v1/tasks/${again.id}/cancel`, {});
    await delivered(2);
    expect(
      receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type).toSorted(),
    ).toEqual(['task.cancelled', 'task.failed']);
    expect(receiver.ids).toHaveLength(2);
  });

  it('go with an erased task, those that wait too', async () => {
    receiver.manner = (response) => response.writeHead(500).end();
    const task = await api.ended(receiver.url);
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2), until);
    expect((await api.caller.send('DELETE', `/v1/tasks/${task.id}`, undefined)).status).toBe(204);
    await vi.waitFor(async () => expect(await api.deliveries()).toEqual([]), until);
    expect(await api.db.selectFrom('delivery_attempts').selectAll().execute()).toEqual([]);
    // The one that follows shows that the sender has not been waiting for something.
    receiver.received.length = 0;
    receiver.manner = (response) => response.writeHead(204).end();
    await api.ended(receiver.url);
    await delivered(1);
    expect(receiver.received).toHaveLength(1);
  });
});
