import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { Receiver, type Manner } from './receiver.js';
import { idsOf, reaching, WebhookApi } from './webhook-api.js';

/** Never ends; the time limit of the sender does. */
function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), 100);
  response.once('close', () => clearInterval(timer));
}

/** How receivers fail that take the outcome in the end. */
const TROUBLES: [string, Manner][] = [
  ['answers 500', (response) => response.writeHead(500).end('no')],
  ['answers 404', (response) => response.writeHead(404).end()],
  ['answers 429 with Retry-After', (response) => response.writeHead(429, { 'retry-after': '1' }).end()],
  ['never answers', () => undefined],
  ['answers one byte after the other', drip],
  [
    'answers 200 and breaks off',
    (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x', () => response.destroy());
    },
  ],
  ['cuts the connection', (response) => response.destroy()],
  ['answers what is no HTTP', (response) => void response.socket?.end('hello\r\n\r\n')],
];

describe.each(DATABASES)('outcomes on %s', (_name, start) => {
  let server: TestDatabase;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each(TROUBLES)('arrive when a receiver that %s does well again', async (_trouble, manner) => {
    const receiver = await Receiver.start();
    onTestFinished(() => receiver.down());
    const settings = { ...reaching(receiver), WEBHOOK_TIMEOUT: '500ms', DATABASE_URL: server.url };
    const api = await WebhookApi.start(settings);
    onTestFinished(() => api.api.remove());
    receiver.manner = (...all) => (all[2] <= 2 ? manner(...all) : all[0].writeHead(200).end('ok'));
    const ended: TaskRow[] = [];
    for (let count = 0; count < 6; count += 1) ended.push(await api.ended(receiver.url));
    await vi.waitFor(
      async () => {
        const mine = await api.deliveries();
        expect(mine.map(({ state }) => state)).toEqual(Array(6).fill('delivered'));
      },
      { timeout: 30_000, interval: 50 },
    );
    expect(new Set(idsOf(receiver.verified(api.installationSecret)))).toEqual(
      new Set(ended.map(({ id }) => id)),
    );
    expect(receiver.ids).toHaveLength(6);
    for (const { id, webhook_id: webhookId, attempts } of await api.deliveries()) {
      const bodies = receiver.ofId(webhookId).map(({ body }) => body);
      expect(bodies.length).toBeGreaterThanOrEqual(3);
      expect(new Set(bodies).size).toBe(1);
      const { log } = await api.delivery(id);
      expect(log.map(({ attempt }) => attempt)).toEqual(
        Array.from({ length: attempts }, (_, index) => index + 1),
      );
      expect(log.map(({ error }) => error === null)).toEqual([
        ...Array<boolean>(attempts - 1).fill(false),
        true,
      ]);
    }
  });
});
