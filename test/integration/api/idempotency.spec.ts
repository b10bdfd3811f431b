import type { Problem, TaskView } from '@app/contracts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { DATABASES, type TestDatabase } from './databases.js';

describe.each(DATABASES)('an Idempotency-Key on %s', (_name, start) => {
  let database: TestDatabase;
  let settings: Record<string, string>;
  let photo: Buffer;
  let other: Buffer;
  let api: TestApi;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    // Bytes behind the end of a JPEG change nothing but its hash.
    other = Buffer.concat([photo, Buffer.from('x')]);
    database = await start();
    settings = { AMQP_URL: 'amqp://127.0.0.1:1', DATABASE_URL: database.url };
    api = await TestApi.start(settings);
  });
  afterAll(async () => {
    await api.remove();
    await database.stop();
  });

  /** The same visitor at a new process. */
  async function restart(more: Record<string, string> = {}): Promise<void> {
    const { cookie, dataDir } = api;
    await api.close();
    api = await TestApi.start({ ...settings, ...more, DATA_DIR: dataDir });
    api.cookie = cookie;
  }

  const send = (key: string, bytes = photo, fields: Record<string, string> = { type: 'person' }) =>
    api.submit(bytes, 'a.jpg', fields, { 'Idempotency-Key': key });
  const idOf = async (answer: Response) => ((await answer.json()) as TaskView).id;
  const kept = async (folder: string) => readdir(join(api.dataDir, 'artifacts', folder)).catch(() => []);

  async function expectReplay(answer: Response, id: string): Promise<void> {
    expect(answer.status).toBe(202);
    expect(answer.headers.get('idempotent-replayed')).toBe('true');
    expect(answer.headers.get('location')).toBe(`/v1/tasks/${id}`);
    expect(await idOf(answer)).toBe(id);
  }

  it('makes the same upload the same task again, also under another name and after a restart', async () => {
    const key = crypto.randomUUID();
    const first = await send(key);
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    const id = await idOf(first);
    const files = [...(await kept('originals')), ...(await kept('thumbnails'))];
    const headers = { 'Idempotency-Key': key };
    await expectReplay(await api.submit(photo, 'b.jpg', { type: 'person' }, headers), id);
    await expectReplay(await send(key, photo, { type: 'person', params: '{"size":512}' }), id);
    await restart();
    await expectReplay(await send(key), id);
    expect([...(await kept('originals')), ...(await kept('thumbnails'))]).toEqual(files);
    expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]);
  });

  it('makes one task of 50 uploads at the same time, and keeps nothing of the others', async () => {
    const key = crypto.randomUUID();
    const before = await api.countTasks();
    const files = (await kept('originals')).length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(key)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const fresh = answers.filter((answer) => answer.headers.get('idempotent-replayed') === null);
    expect(fresh).toHaveLength(1);
    expect(new Set(await Promise.all(answers.map(idOf))).size).toBe(1);
    expect(await api.countTasks()).toBe(before + 1);
    expect((await kept('originals')).length).toBe(files + 1);
    expect((await kept('thumbnails')).length).toBe(files + 1);
    expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]);
  });

  it('is refused for anything else', async () => {
    const key = crypto.randomUUID();
    const id = await idOf(await send(key));
    const before = await api.countTasks();
    for (const answer of [
      await send(key, other),
      await send(key, photo, { type: 'building' }),
      await send(key, photo, { type: 'person', params: '{"size":640}' }),
    ]) {
      expect(answer.status).toBe(422);
      expect(((await answer.json()) as Problem).code).toBe('idempotency_key_reused');
    }
    expect(await api.countTasks()).toBe(before);
    await expectReplay(await send(key), id);
  });

  it('belongs to its owner: the same key of another visitor is another task', async () => {
    const key = crypto.randomUUID();
    const id = await idOf(await send(key));
    const theirs = await api.visitor().submit(photo, 'a.jpg', { type: 'person' }, { 'Idempotency-Key': key });
    expect(theirs.status).toBe(202);
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
    expect(await idOf(theirs)).not.toBe(id);
  });

  it('stays free after an upload that was refused', async () => {
    const key = crypto.randomUUID();
    expect((await send(key, photo.subarray(0, 1000))).status).toBe(422);
    const answer = await send(key);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
  });

  it('has to be 1 to 255 visible ASCII characters', async () => {
    const before = await api.countTasks();
    for (const key of ['', 'a b', 'k'.repeat(256)]) {
      const answer = await send(key);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as Problem).code).toBe('invalid_request');
    }
    expect(await api.countTasks()).toBe(before);
    expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]);
  });

  it('is answered although the queue is full, for what is in it already', async () => {
    const key = crypto.randomUUID();
    const id = await idOf(await send(key));
    await restart({ QUEUE_MAX_WAITING: '1' });
    expect((await send(crypto.randomUUID())).status).toBe(503);
    await expectReplay(await send(key), id);
    await restart();
  });
});
