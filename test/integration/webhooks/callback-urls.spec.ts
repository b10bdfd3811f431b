import { OutboundGuard } from '@app/outbound';
import type { Problem } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiEnv } from '../../../apps/api/src/env.js';
import { CallbackUrls } from '../../../apps/api/src/webhooks/callback-urls.js';
import { newWebhookSecret } from '../../../apps/api/src/webhooks/webhook-secrets.js';
import { WebhookPoster } from '../../../apps/api/src/webhooks/webhook-poster.js';
import { toOwner } from '../../../apps/api/src/access/owners.store.js';
import type { TestCaller } from '../../support/test-caller.js';
import { Receiver } from './receiver.js';
import { insertDeliveries, newDelivery } from './sample-deliveries.js';
import { reaching, WebhookApi } from './webhook-api.js';

const until = { timeout: 20_000, interval: 25 };

/** Every spelling of a place that nobody may be sent to; `PORT` is that of a listener that must hear nothing. */
const INWARD = [
  'http://127.0.0.1:PORT/',
  'https://127.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://localhost.:PORT/',
  'http://[::1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f.1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://127。0。0。1:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
];
/**
 * Of the allow-list: each address that INWARD spells. Not `localhost`, for which the system's resolver may ask a server;
 * names are judged below.
 */
const INWARD_HOSTS = [
  '127.0.0.1',
  '[::1]',
  '[::]',
  '0.0.0.0',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[::ffff:7f00:1]',
];

const NEVER = [
  'file:///etc/passwd',
  'ftp://allowed.example/',
  'gopher://allowed.example/',
  'data:text/plain,x',
  'blob:https://allowed.example/x',
  'javascript:alert(1)',
  'https://allowed.example:22/',
  'https://allowed.example:25/',
  'https://allowed.example:5672/',
  'https://allowed.example:8188/',
  'https://user:password@allowed.example/',
  'https://xn--allowed-9d4c.example/',
  'http://comfyui:8188/prompt',
  'http://rabbitmq/',
  'http://metadata.google.internal/',
  'http://169.254.169.254/latest/meta-data',
  'https://other.example/',
  'not a url',
  '//allowed.example/',
];

describe('addresses that outcomes may not be posted to', () => {
  let inside: Receiver;
  let api: WebhookApi;
  let photo: Buffer;
  let albumId: string;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    inside = await Receiver.start();
    const { port } = new URL(inside.url);
    api = await WebhookApi.start({
      ...reaching(),
      WEBHOOK_TIMEOUT: '10s',
      // The operator has allowed the names, but not that they lead inwards.
      WEBHOOK_HOSTS: ['allowed.example', ...INWARD_HOSTS.map((host) => `${host}:${port}`)].join(','),
    });
    albumId = (await jsonOf<{ id: string }>(await api.caller.send('POST', '/v1/albums', { title: 'a' }))).id;
  });
  afterAll(async () => {
    await api.api.remove();
    await inside.down();
  });

  async function jsonOf<T>(answer: Response): Promise<T> {
    return (await answer.json()) as T;
  }

  const withPort = (url: string) => url.replace('PORT', new URL(inside.url).port);

  /** Every route that keeps such an address. */
  async function refusals(url: string, caller: TestCaller = api.caller): Promise<string[]> {
    const form = new FormData();
    for (const [field, value] of Object.entries({ type: 'person', callback_url: url }))
      form.append(field, value);
    form.append('image', new Blob([new Uint8Array(photo)]), 'a.jpg');
    const answers = [
      await caller.submit(photo, 'a.jpg', { type: 'person', callback_url: url }),
      await caller.fetch(`/v1/albums/${albumId}/tasks`, { method: 'POST', body: form }),
      await caller.send('POST', '/v1/albums', { title: 'b', callback_url: url }),
      await caller.send('PATCH', `/v1/albums/${albumId}`, { callback_url: url }),
      await caller.send('PUT', '/v1/webhook', { url }),
    ];
    return Promise.all(
      answers.map(async (answer) => {
        const { status, code } = await jsonOf<Problem>(answer);
        return `${status} ${code}`;
      }),
    );
  }

  it.each(INWARD)('%s is refused when it is given', async (url) => {
    expect(new Set(await refusals(withPort(url)))).toEqual(new Set(['422 callback_not_allowed']));
    expect(inside.connections).toBe(0);
  });

  it.each(NEVER)('%s is refused when it is given', async (url) => {
    expect(new Set(await refusals(url))).toEqual(new Set(['422 callback_not_allowed']));
  });

  it('are refused where they are longer than any address', async () => {
    const url = `https://other.example/${'x'.repeat(2000)}`;
    expect((await refusals(url)).map((each) => each.split(' ')[0])).toEqual(Array(5).fill('422'));
  });

  it('are refused when they are sent to, had they got into the table, and nobody hears of it', async () => {
    const urls = [...INWARD.map(withPort), ...NEVER];
    const rows = urls.map((target, index) =>
      newDelivery({ owner_id: api.key.id, target, host: `lane-${index}:1` }),
    );
    await insertDeliveries(api.db, ...rows);
    await api.ended(null);
    await vi.waitFor(async () => {
      const tried = await api.db.selectFrom('deliveries').select('attempts').execute();
      expect(tried.filter(({ attempts }) => attempts === 0)).toEqual([]);
    }, until);
    for (const { id } of rows) {
      const { log } = await api.delivery(id);
      expect(log[0]).toMatchObject({
        status: null,
        error: expect.stringMatching(/allowed|not a URL|public|carry/) as string,
      });
    }
    expect(await api.count('delivered')).toBe(0);
    expect(inside.connections).toBe(0);
  });

  it('nothing was kept of what was refused', async () => {
    expect(
      await api.db.selectFrom('tasks').select('id').where('callback_url', 'is not', null).execute(),
    ).toEqual([]);
    const albums = await api.db.selectFrom('albums').select(['id', 'callback_url']).execute();
    expect(albums).toEqual([{ id: albumId, callback_url: null }]);
  });
});

describe('an installation', () => {
  it('that names no host posts to nobody; a visitor never has an address', async () => {
    const receiver = await Receiver.start();
    const open = await WebhookApi.start(reaching(receiver));
    const closed = await WebhookApi.start({ ...reaching(receiver), WEBHOOK_HOSTS: '' });
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const send = async (caller: TestCaller, url: string) => {
      const answer = await caller.submit(photo, 'a.jpg', { type: 'person', callback_url: url });
      return `${answer.status} ${((await answer.json()) as Problem).code}`;
    };
    expect(await send(closed.caller, receiver.url)).toBe('422 callback_not_allowed');
    expect(await send(open.api, receiver.url)).toBe('403 forbidden');
    expect(await send(open.caller, receiver.url)).toBe('202 undefined');
    expect(await send(open.api, '')).toBe('202 undefined');
    const visitors = await open.api.send('POST', '/v1/albums', { title: 'a', callback_url: receiver.url });
    expect(visitors.status).toBe(403);
    expect(receiver.connections).toBe(0);
    for (const { api } of [open, closed]) await api.remove();
    await receiver.down();
  });

  it('takes no address without TLS unless it says so', async () => {
    const receiver = await Receiver.start();
    const api = await WebhookApi.start({ ...reaching(receiver), WEBHOOK_ALLOW_HTTP: 'false' });
    const answer = await api.caller.send('PUT', '/v1/webhook', { url: receiver.url });
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as Problem).detail).toContain('https://');
    expect(receiver.connections).toBe(0);
    await api.api.remove();
    await receiver.down();
  });
});

describe('a name', () => {
  const owner = toOwner({ kind: 'key', token_hash: 'x' });
  const env = { webhookHosts: ['*.example'], webhookTimeoutMs: 2000 } as ApiEnv;

  /** A resolver that knows only this. */
  function guardOf(port: string, ...addresses: string[]): OutboundGuard {
    const lookup = ((_name: string, _options: object, done: (error: Error | null, all: object[]) => void) => {
      const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      done(all.length === 0 ? Object.assign(new Error('no'), { code: 'ENOTFOUND' }) : null, all);
    }) as unknown as LookupFunction;
    return new OutboundGuard(
      { hosts: [`*.example:${port}`], privateAddresses: [], allowHttp: true },
      { lookup },
    );
  }

  it.each([
    ['inwards', ['127.0.0.1']],
    ['outwards and inwards', ['93.184.215.14', '127.0.0.1']],
    ['to a mapped address', ['::ffff:127.0.0.1']],
    ['to the metadata of a cloud', ['169.254.169.254']],
  ])('that leads %s is refused when it is given and when it is sent to', async (_where, addresses) => {
    const inside = await Receiver.start();
    const { port } = new URL(inside.url);
    const guard = guardOf(port, ...addresses);
    const url = `http://inside.example:${port}/`;
    await expect(new CallbackUrls(guard, env).of(owner, url)).rejects.toMatchObject({
      code: 'callback_not_allowed',
    });
    const message = { id: 'x', body: '{}', secrets: [newWebhookSecret()] };
    await expect(new WebhookPoster(guard, env).post(url, message)).rejects.toMatchObject({
      name: 'UrlNotAllowed',
    });
    expect(inside.connections).toBe(0);
    await inside.down();
  });

  it('that DNS does not know at this moment is taken, and judged when it is sent to', async () => {
    const guard = guardOf('443');
    const url = 'https://later.example/';
    expect(await new CallbackUrls(guard, { ...env }).of(owner, url)).toBe(url);
    const message = { id: 'x', body: '{}', secrets: [newWebhookSecret()] };
    await expect(new WebhookPoster(guard, env).post(url, message)).rejects.toMatchObject({
      name: 'UrlUnreachable',
    });
  });
});
