import { LIVE_PATH } from '@app/contracts';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { LiveApi, topicOf } from './live-api.js';
import { Watcher } from './watcher.js';

const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('the live socket under attack', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let owner: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    const settings = { AMQP_URL: vhost.url, RATE_LIMIT: '0', LIVE_MAX_SOCKETS_PER_CALLER: '50' };
    live = new LiveApi(await TestApi.start(settings));
    owner = await live.ownerOf(live.api);
    headers = await live.api.headers();
  });

  afterAll(() => live.api.remove());

  const open = async () => Watcher.open(live.url, headers);

  /** Sends a handshake by hand; gives the connection and the first that it answers. */
  async function handshake(
    lines: Record<string, string>,
    more = '',
  ): Promise<{ socket: Socket; answer: string }> {
    const { hostname, port, host } = new URL(live.url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    const head = Object.entries({ Host: host, ...lines }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${LIVE_PATH} HTTP/1.1\r\n${head.join('')}${more}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return { socket, answer: answer.toString() };
  }

  /** The normal case still works. */
  async function expectAlive(): Promise<void> {
    const task = await live.task(owner);
    const watcher = await open();
    const state = watcher.follow(topicOf('task', task.id));
    await watcher.until(() => expect(state.tasks.size).toBe(1));
    watcher.socket.terminate();
  }

  it.each([
    ['the page of another site', { Origin: 'https://evil.example' }],
    ['a page without an origin of its own', { Origin: 'null' }],
    ['another name for this machine', { Host: 'evil.example' }],
    ['what the browser calls cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('refuses %s before it is a socket', async (_, lines) => {
    const { answer } = await handshake({ ...HANDSHAKE, ...headers, ...lines });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"foreign_site"');
    await expectAlive();
  });

  it('takes our own page', async () => {
    const { answer } = await handshake({ ...HANDSHAKE, ...headers, Origin: live.url });
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
  });

  it.each(['Bearer prk_nobody', 'Bearer prl_nobody', 'Bearer '])(
    'refuses %j with 401 before it is a socket',
    async (authorization) => {
      const { answer } = await handshake({ ...HANDSHAKE, Authorization: authorization });
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
      expect(answer).toMatch(/www-authenticate: Bearer/i);
    },
  );

  it('takes no token from the address', async () => {
    const socket = new WebSocket(
      `${live.url.replace('http', 'ws')}${LIVE_PATH}?token=${live.api.operatorKey}`,
    );
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    const task = await live.task(owner);
    socket.send(JSON.stringify({ event: 'subscribe', data: { topic: topicOf('task', task.id) } }));
    const [frame] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(frame.toString())).toMatchObject({ event: 'error', data: { code: 'not_found' } });
  });

  it('negotiates no compression', async () => {
    const { answer } = await handshake({
      ...HANDSHAKE,
      ...headers,
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    });
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer.toLowerCase()).not.toContain('permessage-deflate');
  });

  it.each([
    ['a huge header', `X-Long: ${'x'.repeat(100_000)}\r\n`],
    ['many headers', 'a:b\r\n'.repeat(1900)],
    ['so many that those of the handshake are lost', 'a:b\r\n'.repeat(2500)],
  ])('answers %s with 431, and lives on', async (_, more) => {
    const { answer } = await handshake(
      { ...headers },
      more +
        Object.entries(HANDSHAKE)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join(''),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    await expectAlive();
  });

  it('answers a handshake that is none with 400', async () => {
    const { answer } = await handshake({ ...HANDSHAKE, ...headers, 'Sec-WebSocket-Key': 'short' });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"invalid_request"');
  });

  it('forgives two frames that are nonsense, and closes at the third', async () => {
    const watcher = await open();
    watcher.send('not json');
    watcher.socket.send(Buffer.from('{"event":"subscribe"}'), { binary: true });
    await watcher.until(() => expect(watcher.errors).toEqual(['malformed', 'malformed']));
    expect(watcher.closed).toBeUndefined();
    watcher.send({ event: 'drop' });
    await watcher.until(() => expect(watcher.closed).toMatchObject({ code: 1008 }));
  });

  it.each([
    '',
    '[]',
    'null',
    '{"event":"subscribe"}',
    '{"event":"subscribe","data":{"topic":5}}',
    '{"event":"subscribe","data":{"topics":[]}}',
    '{"event":"subscribe","data":{"topic":"task:x","__proto__":{"admin":true}}}',
    '{"event":"subscribe","data":{"topic":"task:x"},"constructor":{"prototype":{}}}',
    '{"__proto__":{"event":"subscribe"},"data":{"topic":"task:x"}}',
  ])('calls %j malformed', async (frame) => {
    const watcher = await open();
    watcher.send(frame);
    await watcher.until(() => expect(watcher.errors).toEqual(['malformed']));
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('closes a socket that sends thousands of messages', async () => {
    const watcher = await open();
    const frame = JSON.stringify({
      event: 'unsubscribe',
      data: { topic: topicOf('task', crypto.randomUUID()) },
    });
    for (let count = 0; count < 10_000; count += 1) watcher.send(frame);
    await watcher.until(() => expect(watcher.closed).toMatchObject({ code: 1008 }));
    expect(watcher.told.length).toBeLessThanOrEqual(101);
    expect(watcher.errors.at(-1)).toBe('rate_limited');
    await expectAlive();
  });

  it('closes a socket that pings without end', async () => {
    const watcher = await open();
    for (let count = 0; count < 1000; count += 1) watcher.socket.ping();
    await watcher.until(() => expect(watcher.closed).toMatchObject({ code: 1008 }));
  });

  it('closes a socket whose frame is too large', async () => {
    const watcher = await open();
    watcher.send('x'.repeat(65 * 1024));
    await watcher.until(() => expect(watcher.closed).toMatchObject({ code: 1009 }));
  });

  it('lets a socket watch so much and no more', async () => {
    const album = await live.album(owner);
    const topics = [];
    for (let count = 0; count < 1010; count += 1) {
      topics.push({ topic: topicOf('task', (await live.task(owner, album.id)).id) });
    }
    const watcher = await open();
    for (let from = 0; from < topics.length; from += 200)
      watcher.subscribe(...topics.slice(from, from + 200));
    await watcher.until(() => {
      expect(watcher.of('snapshot')).toHaveLength(1000);
      expect(watcher.errors).toEqual(Array.from({ length: 10 }, () => 'too_many'));
    });
    watcher.unsubscribe(topics[0]!.topic);
    watcher.subscribe(topics.at(-1)!);
    await watcher.until(() => expect(watcher.of('snapshot')).toHaveLength(1001));
  });

  it('lets a caller open so many sockets, and more once some are closed', async () => {
    const stranger = await live.api.visitor().headers();
    const sockets: Watcher[] = [];
    const refused = async () =>
      Watcher.open(live.url, stranger).then(
        (watcher) => void sockets.push(watcher),
        (error: Error) => error.message,
      );
    const answers = await Promise.all(Array.from({ length: 80 }, refused));
    const limits = answers.filter((answer) => answer !== undefined);
    expect(limits.length).toBeGreaterThanOrEqual(30);
    for (const limit of limits) expect(limit).toContain('429');
    for (const watcher of sockets) watcher.socket.terminate();
    await sockets[0]!.until(async () => expect(await refused()).toBeUndefined());
  });
});
