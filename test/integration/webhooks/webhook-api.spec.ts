import type { Problem, WebhookSecretView, WebhookView } from '@app/contracts';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';
import { TestApi } from '../../support/test-api.js';
import { Receiver } from './receiver.js';
import { insertDeliveries, newDelivery } from './sample-deliveries.js';
import { reaching, WebhookApi } from './webhook-api.js';

const until = { timeout: 20_000, interval: 25 };
const DAY_MS = 24 * 60 * 60 * 1000;
const OWN = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;

describe('webhooks of an API key', () => {
  let receiver: Receiver;
  let api: WebhookApi;

  beforeEach(async () => {
    receiver = await Receiver.start();
    api = await WebhookApi.start(reaching(receiver));
  });
  afterEach(async () => {
    await api.api.remove();
    await receiver.down();
  });

  async function ask<T>(method: string, path: string, body?: unknown, caller: TestCaller = api.caller) {
    const answer = await caller.send(method, path, body);
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }
  const webhook = async () => (await ask<WebhookView>('GET', '/v1/webhook')).body;
  const delivered = (count: number) =>
    vi.waitFor(async () => expect(await api.count('delivered')).toBe(count), until);

  /** As receivers do that want to be one. */
  function confirm(): void {
    receiver.manner = (response, { body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { challenge?: string } };
      response.end(type === 'webhook.challenge' ? data.challenge : '');
    };
  }

  it('are set where the address answers the challenge, get every outcome then, and end', async () => {
    expect(await webhook()).toEqual({ url: null, signed_by: 'installation' });
    confirm();
    expect(await ask('PUT', '/v1/webhook', { url: receiver.url })).toEqual({
      status: 200,
      body: { url: receiver.url, signed_by: 'installation' },
    });
    const [challenge] = receiver.verified(api.installationSecret);
    expect(challenge).toMatchObject({ type: 'webhook.challenge', timestamp: expect.any(String) as string });
    await api.ended(null);
    await delivered(1);
    expect(receiver.received).toHaveLength(2);
    expect(await ask('DELETE', '/v1/webhook')).toEqual({ status: 204, body: undefined });
    expect((await webhook()).url).toBeNull();
    await api.ended(null);
    expect(await api.deliveries()).toHaveLength(1);
  });

  it.each([
    ['says no', (response) => response.writeHead(400).end(), 'the status was another one'],
    [
      'redirects',
      (response) => response.writeHead(302, { location: '/' }).end(),
      'the status was another one',
    ],
    ['says anything', (response) => response.end('ok'), 'the challenge was not in the answer'],
    ['says nothing', () => undefined, 'there was no answer'],
  ] as [string, Receiver['manner'], string][])(
    'are not set where the address %s',
    async (_what, manner, why) => {
      receiver.manner = manner;
      const { status, body } = await ask<Problem>('PUT', '/v1/webhook', { url: receiver.url });
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'webhook_not_confirmed' });
      expect(body.detail).toContain(why);
      expect((await webhook()).url).toBeNull();
    },
  );

  it('are nothing for visitors, and nobody sees those of others', async () => {
    const routes: [string, string, unknown?][] = [
      ['GET', '/v1/webhook'],
      ['PUT', '/v1/webhook', { url: receiver.url }],
      ['DELETE', '/v1/webhook'],
      ['GET', '/v1/webhook/secret'],
      ['POST', '/v1/webhook/secret', {}],
      ['GET', '/v1/deliveries'],
      ['GET', '/v1/deliveries/x'],
      ['POST', '/v1/deliveries/x/redeliver'],
    ];
    for (const route of routes) {
      const [method, path, sent] = route;
      const { status, body } = await ask<Problem>(method, path, sent, api.api);
      expect({ route, status, code: body.code }).toEqual({ route, status: 403, code: 'forbidden' });
    }
    const other = await WebhookApi.of(api.api);
    await api.ended(receiver.url);
    await delivered(1);
    const [mine] = await api.deliveries();
    expect(await other.deliveries()).toEqual([]);
    for (const [method, path] of [
      ['GET', `/v1/deliveries/${mine!.id}`],
      ['POST', `/v1/deliveries/${mine!.id}/redeliver`],
      ['GET', '/v1/deliveries/..%2f'],
      ['GET', '/v1/deliveries/019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c'],
    ] as const) {
      expect((await ask<Problem>(method, path, undefined, other.caller)).body.code).toBe('not_found');
    }
    const operator = api.api.as('operator');
    const seen = await ask<{ items: { id: string }[] }>('GET', '/v1/deliveries', undefined, operator);
    expect(seen.body.items.map(({ id }) => id)).toEqual([mine!.id]);
    expect((await ask('GET', `/v1/deliveries/${mine!.id}`, undefined, operator)).status).toBe(200);
  });

  it('are signed with the old secret too for a day after it was changed', async () => {
    const secret = () => ask<WebhookSecretView>('GET', '/v1/webhook/secret');
    const installation = api.installationSecret;
    expect((await secret()).body).toEqual({
      secret: null,
      signed_by: 'installation',
      previous_valid_until: null,
    });
    const made = await ask<WebhookSecretView>('POST', '/v1/webhook/secret');
    expect(made).toMatchObject({ status: 200, body: { signed_by: 'own' } });
    expect(made.body.secret).toMatch(/^whsec_[\w+/]{42,}=*$/);
    const until = Date.parse(made.body.previous_valid_until!);
    expect(Math.abs(until - Date.now() - DAY_MS)).toBeLessThan(60_000);
    await api.ended(receiver.url);
    await delivered(1);
    expect(receiver.received[0]!.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const each of [made.body.secret!, installation]) expect(receiver.verified(each)).toHaveLength(1);

    expect((await ask<WebhookSecretView>('POST', '/v1/webhook/secret', { secret: OWN })).body.secret).toBe(
      OWN,
    );
    expect((await secret()).body.secret).toBe(OWN);
    await api.ended(receiver.url);
    await delivered(2);
    for (const each of [OWN, made.body.secret!, installation]) {
      const { body, headers } = receiver.received[1]!;
      expect(new Webhook(each).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'task.failed',
      });
    }
    const operator = await ask<WebhookSecretView>(
      'GET',
      '/v1/webhook/secret',
      undefined,
      api.api.as('operator'),
    );
    expect(operator.body.secret).toBe(installation);
  });

  it.each(['', 'secret', `whsec_${Buffer.alloc(23).toString('base64')}`, 'whsec_', 7])(
    'take no secret like %j',
    async (secret) => {
      const { status, body } = await ask<Problem>('POST', '/v1/webhook/secret', { secret });
      expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 422, pointer: '/secret' });
      expect(receiver.connections).toBe(0);
    },
  );

  it('can be sent once more, with the same id, but not while they are under way', async () => {
    receiver.manner = (response, _received, times) => response.writeHead(times === 1 ? 410 : 204).end();
    await api.ended(receiver.url);
    await vi.waitFor(async () => expect(await api.count('failed')).toBe(1), until);
    const [failed] = await api.deliveries('&state=failed');
    const again = await ask<{ state: string; webhook_id: string }>(
      'POST',
      `/v1/deliveries/${failed!.id}/redeliver`,
    );
    expect(again).toMatchObject({ status: 202, body: { state: 'pending', webhook_id: failed!.webhook_id } });
    await delivered(1);
    expect(receiver.ids).toEqual([failed!.webhook_id]);
    expect(receiver.received[0]!.body).toBe(receiver.received[1]!.body);
    expect((await api.delivery(failed!.id)).log.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 410],
      [2, 204],
    ]);
    receiver.manner = () => undefined;
    expect((await ask('POST', `/v1/deliveries/${failed!.id}/redeliver`)).status).toBe(202);
    const refused = await ask<Problem>('POST', `/v1/deliveries/${failed!.id}/redeliver`);
    expect({ status: refused.status, code: refused.body.code }).toEqual({
      status: 409,
      code: 'delivery_pending',
    });
  });

  it('are listed page by page, by task and state', async () => {
    const rows = Array.from({ length: 5 }, (_, index) =>
      newDelivery({ owner_id: api.key.id, state: index < 3 ? 'failed' : 'delivered', next_at: null }),
    );
    await insertDeliveries(api.db, ...rows);
    const seen: string[] = [];
    let path: string | undefined = '/v1/deliveries?limit=2';
    while (path !== undefined) {
      const { body }: { body: { items: { id: string }[]; next_cursor: string | null } } = await ask(
        'GET',
        path,
      );
      seen.push(...body.items.map(({ id }) => id));
      path = body.next_cursor === null ? undefined : `/v1/deliveries?limit=2&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual(rows.map(({ id }) => id).toReversed());
    expect(await api.deliveries('&state=failed')).toHaveLength(3);
    expect(await api.deliveries(`&task_id=${rows[0]!.task_id}`)).toHaveLength(1);
    expect((await ask('GET', '/v1/deliveries?state=x')).status).toBe(400);
    expect((await ask('GET', '/v1/deliveries?task_id=x')).status).toBe(400);
    expect((await ask<Problem>('GET', '/v1/deliveries?cursor=x')).body.code).toBe('bad_cursor');
  });

  it('are counted', async () => {
    receiver.manner = (response, _received, times) => response.writeHead(times === 1 ? 500 : 204).end();
    await api.ended(receiver.url);
    await delivered(1);
    const waiting = newDelivery({ owner_id: api.key.id, created_at: 5000, next_at: Date.now() + DAY_MS });
    await insertDeliveries(api.db, waiting);
    const metrics = await (await fetch(`${api.api.url}/metrics`)).text();
    for (const line of [
      'photo_repair_deliveries_total{channel="webhook",result="delivered"} 1',
      'photo_repair_deliveries_total{channel="webhook",result="retry"} 1',
      'photo_repair_deliveries_total{channel="webhook",result="failed"} 0',
      'photo_repair_deliveries_total{channel="amqp",result="failed"} 0',
      'photo_repair_deliveries_pending{channel="webhook"} 1',
      'photo_repair_deliveries_pending{channel="amqp"} 0',
      'photo_repair_deliveries_oldest_pending_timestamp_seconds{channel="webhook"} 5',
      'photo_repair_delivery_attempt_seconds_count{channel="webhook"} 2',
    ]) {
      expect(metrics).toContain(line);
    }
    expect(metrics).not.toContain(receiver.host);
  });

  it('of an album are chosen by its owner alone', async () => {
    const made = await ask<{ id: string; callback_url: string }>('POST', '/v1/albums', {
      title: 'a',
      callback_url: receiver.url,
    });
    expect(made.body.callback_url).toBe(receiver.url);
    const path = `/v1/albums/${made.body.id}`;
    const link = await ask<{ token: string }>('POST', `${path}/links`, { access: 'edit' });
    const guest = api.api.as(link.body.token);
    expect((await ask<Problem>('PATCH', path, { callback_url: null }, guest)).body.code).toBe('forbidden');
    expect((await ask<{ callback_url: null }>('PATCH', path, { title: 'b' }, guest)).body).toMatchObject({
      title: 'b',
      callback_url: null,
    });
    const other = `${receiver.url}/other`;
    expect((await ask('PATCH', path, { callback_url: other })).body).toMatchObject({
      title: 'b',
      callback_url: other,
    });
    await api.end(await api.task({ albumId: made.body.id }));
    await delivered(1);
    expect(receiver.received[0]!.path).toBe('/hook/other');
    expect((await ask('PATCH', path, { callback_url: null })).body).toMatchObject({ callback_url: null });
    expect((await ask<Problem>('PATCH', path, {})).status).toBe(400);
  });

  it("keep the installation's secret in a file that only its user reads, over restarts", async () => {
    const path = join(api.api.dataDir, 'webhook.secret');
    const before = api.installationSecret;
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await api.api.close();
    const again = await TestApi.start({ ...reaching(receiver), DATA_DIR: api.api.dataDir });
    expect((await WebhookApi.of(again)).installationSecret).toBe(before);
    await again.close();
    api = await WebhookApi.start(reaching(receiver));
  });
});
