import type { Problem, TaskView, TimelineEntry } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EndedTasks } from '../../../apps/api/src/tasks/ended-tasks.js';
import type { TestCaller } from '../../support/test-caller.js';
import { TestApi } from '../../support/test-api.js';
import { DATABASES, type TestDatabase } from '../api/databases.js';
import { WorkerOf } from './finish-task.js';
import { open } from './raw-request.js';

interface TaskPage {
  items: TaskView[];
  next_cursor: string | null;
}

describe.each(DATABASES)('tasks over HTTP on %s', (_name, start) => {
  let database: TestDatabase;
  let api: TestApi;
  let worker: WorkerOf;
  let photo: Buffer;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    database = await start();
    api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1', DATABASE_URL: database.url });
    worker = new WorkerOf(api);
  });
  afterAll(async () => {
    await api.remove();
    await database.stop();
  });

  const submit = async (caller: TestCaller = api, fields: Record<string, string> = { type: 'person' }) =>
    (await (await caller.submit(photo, 'a.jpg', fields)).json()) as TaskView;
  const codeOf = async (response: Response) => ((await response.json()) as Problem).code;

  describe('a list', () => {
    const page = async (caller: TestCaller, query: string) =>
      (await (await caller.fetch(`/v1/tasks${query}`)).json()) as TaskPage;

    it('is read page by page, the newest first, each task once, while others come', async () => {
      const visitor = api.visitor();
      const ids: string[] = [];
      for (let count = 0; count < 5; count++) ids.unshift((await submit(visitor)).id);
      const first = await page(visitor, '?limit=2');
      expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      await submit(visitor);
      await submit(api);
      const second = await page(visitor, `?limit=2&cursor=${first.next_cursor}`);
      const third = await page(visitor, `?limit=2&cursor=${second.next_cursor}`);
      expect([...second.items, ...third.items].map(({ id }) => id)).toEqual(ids.slice(2));
      expect(third.next_cursor).toBeNull();
    });

    it('says where the next page is', async () => {
      const visitor = api.visitor();
      for (let count = 0; count < 3; count++) await submit(visitor);
      const response = await visitor.fetch('/v1/tasks?status=queued&limit=2');
      const link = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      expect(link).toContain('status=queued');
      expect((await page(visitor, (link ?? '').replace('/v1/tasks', ''))).items).toHaveLength(1);
      expect((await visitor.fetch('/v1/tasks')).headers.get('link')).toBeNull();
    });

    it('shows what is asked for, and nobody else’s', async () => {
      const visitor = api.visitor();
      const person = await submit(visitor);
      const building = await submit(visitor, { type: 'building' });
      await visitor.cancel(building.id);
      const ids = async (query: string) => (await page(visitor, query)).items.map(({ id }) => id);
      expect(await ids('?type=person')).toEqual([person.id]);
      expect(await ids('?status=cancelled')).toEqual([building.id]);
      expect(await ids('?status=failed')).toEqual([]);
      expect(await ids(`?album_id=${person.id}`)).toEqual([]);
      expect((await page(api.visitor(), '')).items).toEqual([]);
      expect(await codeOf(await visitor.fetch('/v1/tasks?all=true'))).toBe('forbidden');
      const all = await page(api.as('operator'), '?all=true&limit=100');
      expect(all.items.map(({ id }) => id)).toEqual(expect.arrayContaining([person.id, building.id]));
    });

    it('goes on with no cursor but its own', async () => {
      const visitor = api.visitor();
      for (let count = 0; count < 2; count++) await submit(visitor);
      const { next_cursor: cursor } = await page(visitor, '?limit=1');
      const other = api.visitor();
      await submit(other);
      for (const [caller, query] of [
        [other, `?cursor=${cursor}`],
        [visitor, `?status=queued&cursor=${cursor}`],
        [visitor, `?cursor=${cursor?.slice(1)}`],
        [visitor, `?cursor=${cursor}A`],
        [visitor, '?cursor=abc'],
        [visitor, '?cursor='],
      ] as const) {
        const response = await caller.fetch(`/v1/tasks${query}`);
        expect({ query, status: response.status }).toEqual({ query, status: 400 });
        expect(await codeOf(response)).toBe('bad_cursor');
      }
    });
  });

  describe('waiting for the end', () => {
    it('answers 200 with the ended task as soon as it has ended', async () => {
      const sent = api.submit(photo, 'wait.jpg', { type: 'person' }, { Prefer: 'wait=30' });
      const { id } = await vi.waitFor(async () => {
        const { items } = (await (await api.fetch('/v1/tasks?limit=1')).json()) as TaskPage;
        expect(items[0]?.filename).toBe('wait.jpg');
        return items[0]!;
      });
      await vi.waitFor(() => expect(api.app.get(EndedTasks).count).toBe(1));
      const read = api.fetch(`/v1/tasks/${id}?wait=30`);
      await vi.waitFor(() => expect(api.app.get(EndedTasks).count).toBe(2));
      await worker.start(id);
      await worker.succeed(id);
      const response = await sent;
      expect(response.status).toBe(200);
      expect(response.headers.get('preference-applied')).toBe('wait=30');
      expect(response.headers.get('location')).toBe(`/v1/tasks/${id}`);
      expect(response.headers.get('retry-after')).toBeNull();
      expect((await response.json()) as TaskView).toMatchObject({ id, status: 'succeeded' });
      expect((await (await read).json()) as TaskView).toMatchObject({ id, status: 'succeeded' });
      expect(api.app.get(EndedTasks).count).toBe(0);
      expect((await api.fetch(`/v1/tasks/${id}?wait=60`)).status).toBe(200);
    });

    it('answers with the state when the time is over', async () => {
      const sent = await api.submit(photo, 'a.jpg', { type: 'person' }, { Prefer: 'wait=1' });
      expect(sent.status).toBe(202);
      expect(sent.headers.get('preference-applied')).toBe('wait=1');
      const { id, status } = (await sent.json()) as TaskView;
      expect(status).toBe('queued');
      const read = await api.fetch(`/v1/tasks/${id}`, { headers: { prefer: 'wait=1' } });
      expect(read.status).toBe(200);
      expect((await read.json()) as TaskView).toMatchObject({ status: 'queued' });
    });

    it('ends with a caller who goes away', async () => {
      const { id } = await submit();
      const socket = await open(api.url);
      socket.write(
        `GET /v1/tasks/${id}?wait=60 HTTP/1.1\r\nHost: ${new URL(api.url).host}\r\nCookie: ${api.cookie}\r\n\r\n`,
      );
      await vi.waitFor(() => expect(api.app.get(EndedTasks).count).toBe(1));
      socket.destroy();
      await vi.waitFor(() => expect(api.app.get(EndedTasks).count).toBe(0));
    });

    it('is told when the task is erased', async () => {
      const { id } = await submit();
      const read = api.fetch(`/v1/tasks/${id}?wait=60`);
      await vi.waitFor(() => expect(api.app.get(EndedTasks).count).toBe(1));
      await api.fetch(`/v1/tasks/${id}`, { method: 'DELETE' });
      expect((await read).status).toBe(404);
    });

    it('refuses a wait that is none', async () => {
      const { id } = await submit();
      for (const wait of ['0', '61', 'abc', '-1']) {
        const { status } = await api.fetch(`/v1/tasks/${id}?wait=${wait}`);
        expect({ wait, status }).toEqual({ wait, status: 400 });
      }
    });
  });

  describe('pictures', () => {
    it('are served with what a browser needs to handle them safely', async () => {
      const task = (await (await api.submit(photo, '奶奶 "1953".jpg')).json()) as TaskView;
      await worker.start(task.id);
      const result = await worker.succeed(task.id);
      const expected: [string, string, string, (bytes: Buffer) => Promise<void>][] = [
        [
          task.urls.original,
          'image/jpeg',
          '奶奶 "1953".jpg',
          async (bytes) => expect(bytes.equals(photo)).toBe(true),
        ],
        [
          task.urls.result,
          'image/png',
          '奶奶 "1953"_restored.png',
          async (bytes) => expect(bytes.equals(result)).toBe(true),
        ],
        [
          task.urls.thumbnail,
          'image/jpeg',
          '奶奶 "1953"_small.jpg',
          async (bytes) => {
            expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', height: 480 });
          },
        ],
        [
          `${task.urls.thumbnail}?of=result`,
          'image/jpeg',
          '奶奶 "1953"_small.jpg',
          async (bytes) => {
            expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 48 });
          },
        ],
      ];
      for (const [path, type, name, check] of expected) {
        const response = await api.fetch(path);
        expect({ path, status: response.status }).toEqual({ path, status: 200 });
        expect(response.headers.get('content-type')).toBe(type);
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        expect(response.headers.get('cache-control')).toBe('private, no-store');
        const encoded = /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''(\S+)$/.exec(
          response.headers.get('content-disposition') ?? '',
        )?.[1];
        expect(decodeURIComponent(encoded ?? '')).toBe(name);
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
        await check(bytes);

        const head = await api.fetch(path, { method: 'HEAD' });
        expect(head.status).toBe(200);
        expect(head.headers.get('content-length')).toBe(String(bytes.length));
        expect(await head.text()).toBe('');

        const etag = response.headers.get('etag') ?? '';
        expect(etag).toMatch(/^"[\w-]{64,}"$/);
        const same = await api.fetch(path, { headers: { 'if-none-match': `"other", ${etag}` } });
        expect(same.status).toBe(304);
        expect(await same.text()).toBe('');
        expect((await api.fetch(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
      }
    });

    it('of a result are made once, whoever asks at the same time', async () => {
      const { id, urls } = await submit();
      await worker.start(id);
      await worker.succeed(id);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => api.fetch(`${urls.thumbnail}?of=result`)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    });

    it('that are not there yet, or never will be', async () => {
      const { id, urls } = await submit();
      const early = await api.fetch(urls.result);
      expect(early.status).toBe(409);
      expect(early.headers.get('retry-after')).toBe('2');
      expect(await codeOf(early)).toBe('not_ready');
      expect(await codeOf(await api.fetch(`${urls.thumbnail}?of=result`))).toBe('not_ready');
      await worker.start(id);
      await worker.fail(id);
      const never = await api.fetch(urls.result);
      expect(never.status).toBe(409);
      expect(never.headers.get('retry-after')).toBeNull();
      expect((await api.fetch(`${urls.thumbnail}?of=both`)).status).toBe(400);
    });

    it('are nobody else’s', async () => {
      const { urls } = await submit();
      const stranger = api.visitor();
      for (const path of [urls.self, urls.original, urls.result, urls.thumbnail, urls.timeline]) {
        const code = await codeOf(await stranger.fetch(path));
        expect({ path, code }).toEqual({ path, code: 'not_found' });
      }
    });
  });

  it('tells every step', async () => {
    const { id, urls } = await submit();
    await worker.start(id);
    await worker.fail(id);
    const { items } = (await (await api.fetch(urls.timeline)).json()) as { items: TimelineEntry[] };
    expect(items.map(({ seq, step, status }) => [seq, step, status])).toEqual([
      [1, 'submitted', 'queued'],
      [2, 'started', 'running'],
      [3, 'failed', 'failed'],
    ]);
    expect(items.at(-1)).toMatchObject({ task_id: id, reason: 'bad_image', by: 'worker-1', attempt: 1 });
  });

  it('tries again what failed, and nothing else', async () => {
    const { id, urls } = await submit();
    expect((await api.fetch(urls.retry, { method: 'POST' })).status).toBe(409);
    await worker.start(id);
    await worker.fail(id);
    const again = await api.fetch(urls.retry, { method: 'POST' });
    expect(again.status).toBe(200);
    expect((await again.json()) as TaskView).toMatchObject({ id, status: 'queued', error: null });
    const twice = await api.fetch(urls.retry, { method: 'POST' });
    expect(twice.status).toBe(409);
    expect(await codeOf(twice)).toBe('not_retryable');
  });

  it('erases for good', async () => {
    const { id, urls } = await submit();
    await worker.start(id);
    await worker.succeed(id);
    await (await api.fetch(`${urls.thumbnail}?of=result`)).arrayBuffer();
    expect((await api.fetch(urls.self, { method: 'DELETE' })).status).toBe(204);
    for (const path of [urls.self, urls.original, urls.result, urls.thumbnail, urls.timeline]) {
      const { status } = await api.fetch(path);
      expect({ path, status }).toEqual({ path, status: 404 });
    }
    expect((await api.fetch(urls.self, { method: 'DELETE' })).status).toBe(404);
  });
});
