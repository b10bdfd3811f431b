import type { TaskNotice } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DownloadTokens } from '../../../apps/api/src/downloads/download-tokens.js';
import { readDownloadKey } from '../../../apps/api/src/downloads/download-key.js';
import { WorkerOf } from '../http/finish-task.js';
import { Receiver } from './receiver.js';
import { reaching, WebhookApi } from './webhook-api.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('links to results', () => {
  let receiver: Receiver;
  let api: WebhookApi;
  let taskId: string;
  let picture: Buffer;
  let result: NonNullable<TaskNotice['data']['result']>;

  beforeAll(async () => {
    receiver = await Receiver.start();
    api = await WebhookApi.start(reaching(receiver));
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const fields = { type: 'person', callback_url: receiver.url, client_ref: 'box 3' };
    const sent = await api.caller.submit(photo, '奶奶1953年.jpg', fields);
    taskId = ((await sent.json()) as { id: string }).id;
    const worker = new WorkerOf(api.api);
    await worker.start(taskId);
    picture = await worker.succeed(taskId);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 10_000 });
    const [notice] = receiver.verified(api.installationSecret);
    expect(notice).toMatchObject({ type: 'task.succeeded', data: { task_id: 'box 3', id: taskId } });
    result = notice!.data.result!;
  });
  afterAll(async () => {
    await api.api.remove();
    await receiver.down();
  });

  it('give the picture to whoever has them, without a key', async () => {
    expect(result.url).toMatch(new RegExp(`^${api.api.url}/v1/downloads/[\\w-]+$`));
    const answer = await fetch(result.url);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
    expect(result).toMatchObject({ bytes: picture.length, media_type: 'image/png', width: 64, height: 48 });
    const names = encodeURIComponent('奶奶1953年_restored.png');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="__1953__restored.png"; filename*=UTF-8''${names}`,
    });
    const head = await fetch(result.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(picture.length)]);
    const until = Date.parse(result.expires_at) - Date.now();
    expect(until).toBeGreaterThan(6.9 * DAY_MS);
    expect(until).toBeLessThanOrEqual(7 * DAY_MS);
  });

  it('are nothing where anything of them is wrong', async () => {
    const tokens = new DownloadTokens(readDownloadKey(api.api.dataDir));
    const expired = new DownloadTokens(readDownloadKey(api.api.dataDir), () => Date.now() - 8 * DAY_MS);
    const waiting = await api.task();
    const wrong = [
      'x',
      'x'.repeat(70),
      '..%2f..%2fwebhook.secret',
      `${result.url.split('/').at(-1)!}=`,
      result.url
        .split('/')
        .at(-1)!
        .replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      new DownloadTokens(Buffer.alloc(32)).issue(taskId, Date.now() + DAY_MS).token,
      expired.issue(taskId, Date.now() + DAY_MS).token,
      tokens.issue(waiting.id, Date.now() + DAY_MS).token,
      tokens.issue('019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c', Date.now() + DAY_MS).token,
    ];
    const bodies = new Set<string>();
    for (const token of wrong) {
      const answer = await fetch(`${api.api.url}/v1/downloads/${token}`);
      const { request_id: _, ...problem } = (await answer.json()) as { request_id: string; code: string };
      expect({ token, status: answer.status, code: problem.code }).toEqual({
        token,
        status: 404,
        code: 'not_found',
      });
      bodies.add(JSON.stringify(problem));
    }
    expect(bodies.size).toBe(1);
  });

  it('end with the photo', async () => {
    expect((await api.caller.send('DELETE', `/v1/tasks/${taskId}`)).status).toBe(204);
    const answer = await fetch(result.url);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'not_found']);
  });
});

it('are made for the address by which the outside reaches the system', async () => {
  const receiver = await Receiver.start();
  const api = await WebhookApi.start({ ...reaching(receiver), PUBLIC_URL: 'https://photos.example/repair/' });
  await api.ended(receiver.url, 'succeeded');
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 10_000 });
  const [notice] = receiver.verified(api.installationSecret);
  expect(notice!.data.result?.url).toMatch(/^https:\/\/photos\.example\/repair\/v1\/downloads\/[\w-]{70}$/);
  await api.api.remove();
  await receiver.down();
});

it('are counted like every request of a stranger', async () => {
  const receiver = await Receiver.start();
  const api = await WebhookApi.start({ ...reaching(receiver), RATE_LIMIT: '60' });
  const statuses = new Set<number>();
  for (let count = 0; count < 30; count += 1) {
    statuses.add((await fetch(`${api.api.url}/v1/downloads/x`)).status);
  }
  expect(statuses).toEqual(new Set([404, 429]));
  await api.api.remove();
  await receiver.down();
});
