import type { Problem, TaskMessage, TaskView } from '@app/contracts';
import { readdir, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';

const db = (api: TestApi) => api.app.get<Database>(DATABASE);
const PORTRAIT = 'test/fixtures/photos/grace-hopper.jpg';

describe('taking photos in', () => {
  const vhost = withVhost();
  let api: TestApi;
  let portrait: Buffer;

  beforeAll(async () => {
    portrait = await readFile(PORTRAIT);
    api = await TestApi.start({ AMQP_URL: vhost.url, QUEUE_MAX_WAITING: '1000' });
    await vi.waitFor(async () => expect((await fetch(`${api.url}/readyz`)).status).toBe(200), {
      timeout: 15_000,
    });
  });

  afterAll(() => api.remove());

  it('answers 202, stores the photo, and publishes one durable message to the queue of the type', async () => {
    const response = await api.submit(portrait, '奶奶1953年.jpg', {
      type: 'person',
      params: '{"size":460}',
      client_ref: 'box 3',
    });
    expect(response.status).toBe(202);
    const task = (await response.json()) as TaskView;
    expect(response.headers.get('location')).toBe(`/v1/tasks/${task.id}`);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(task).toMatchObject({
      type: 'person',
      status: 'queued',
      filename: '奶奶1953年.jpg',
      queue_position: 1,
      output: null,
    });
    expect(task.input).toMatchObject({
      width: 512,
      height: 600,
      bytes: portrait.length,
      media_type: 'image/jpeg',
    });
    expect(task.parameters).toMatchObject({ size: 480 });
    expect(task.adjusted).toEqual([{ name: 'size', sent: 460, used: 480 }]);
    expect(task).toMatchObject({ client_ref: 'box 3', priority: 0, album_id: null });

    const message = await vhost.take('photo_repair.work.person');
    expect(message.properties).toMatchObject({ messageId: task.id, deliveryMode: 2 });
    const body = JSON.parse(message.content.toString()) as TaskMessage;
    expect(body).toMatchObject({
      version: 1,
      taskId: task.id,
      taskType: 'person',
      parameters: task.parameters,
    });
    expect(body.image).toMatchObject({ key: `originals/${task.id}.jpg`, mediaType: 'image/jpeg' });
    expect((await readFile(join(api.dataDir, 'artifacts', body.image.key))).equals(portrait)).toBe(true);
    await vhost.expectReady({
      'photo_repair.work.person': 0,
      'photo_repair.work.building': 0,
      photo_repair_tasks: 0,
    });

    const original = await api.fetch(`/v1/tasks/${task.id}/original`);
    expect(original.headers.get('content-type')).toBe('image/jpeg');
    expect(original.headers.get('x-content-type-options')).toBe('nosniff');
    expect(decodeURIComponent(original.headers.get('content-disposition') ?? '')).toContain('奶奶1953年.jpg');
    expect(Buffer.from(await original.arrayBuffer()).equals(portrait)).toBe(true);
  });

  it('tells the place in line', async () => {
    const first = (await (await api.submit(portrait, 'a.jpg', { type: 'building' })).json()) as TaskView;
    const second = (await (await api.submit(portrait, 'b.jpg', { type: 'building' })).json()) as TaskView;
    expect([first.queue_position, second.queue_position]).toEqual([1, 2]);
  });

  it('has no result before there is one', async () => {
    const task = (await (await api.submit(portrait)).json()) as TaskView;
    const response = await api.fetch(`/v1/tasks/${task.id}/result`);
    expect(response.status).toBe(409);
    expect(((await response.json()) as Problem).code).toBe('not_ready');
  });

  describe('refuses', () => {
    const cases: [string, () => Promise<Response>, number, string][] = [
      ['no file', () => api.submitForm({ type: 'person' }), 400, 'no_files'],
      ['no type', () => api.submit(portrait, 'a.jpg', {}), 400, 'invalid_request'],
      [
        'an unknown field',
        () => api.submit(portrait, 'a.jpg', { type: 'person', graph: '{}' }),
        400,
        'invalid_request',
      ],
      ['an unknown type', () => api.submit(portrait, 'a.jpg', { type: 'cat' }), 422, 'unknown_task_type'],
      ['an unknown parameter', () => person('{"steps":3}'), 422, 'invalid_parameter'],
      ['a parameter out of range', () => person('{"size":4000}'), 422, 'invalid_parameter'],
      ['a parameter that is a link', () => person('{"size":["3",0]}'), 422, 'invalid_parameter'],
      ['parameters that are no JSON', () => person('{'), 400, 'invalid_request'],
      ['an empty file', () => api.submit(Buffer.alloc(0)), 422, 'image_damaged'],
      [
        'a text',
        () => api.submit(Buffer.from('hello, this is no picture at all')),
        415,
        'unsupported_format',
      ],
      [
        'SVG',
        () => api.submit(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.png'),
        415,
        'unsupported_format',
      ],
      ['half a JPEG', () => api.submit(portrait.subarray(0, portrait.length / 2)), 422, 'image_damaged'],
      ['too many bytes', () => api.submit(Buffer.alloc(21 * 1024 * 1024, 1)), 413, 'file_too_large'],
      ['a body that is no multipart', () => api.post('hello', 'text/plain'), 400, 'no_files'],
      [
        'multipart without a boundary',
        () => api.post('x', 'multipart/form-data'),
        400,
        'malformed_multipart',
      ],
      [
        'multipart that ends early',
        () => api.post('--x\r\nContent-Disp', 'multipart/form-data; boundary=x'),
        400,
        'malformed_multipart',
      ],
    ];
    const person = (params: string) => api.submit(portrait, 'a.jpg', { type: 'person', params });

    it.each(cases)('%s', async (_what, send, status, code) => {
      const before = await api.countTasks();
      const response = await send();
      const body = await response.text();
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      const problem = JSON.parse(body) as Problem;
      expect(problem).toMatchObject({ status, code, type: `/problems/${code}` });
      expect(response.status).toBe(status);
      expect(problem.request_id).toBe(response.headers.get('x-request-id'));
      expect(body).not.toMatch(/node_modules|\/src\/|at Object|\/tmp\//);
      expect(await api.countTasks()).toBe(before);
      expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]);
    });
  });

  it.each([
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a page that hides where it is', { origin: 'null' }],
    ['what the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses an upload from %s', async (_what, headers) => {
    const body = new FormData();
    body.append('type', 'person');
    body.append('image', new Blob([new Uint8Array(portrait)]), 'a.jpg');
    const before = await api.countTasks();
    const response = await api.fetch('/v1/tasks', { method: 'POST', body, headers });
    expect(response.status).toBe(403);
    expect(((await response.json()) as Problem).code).toBe('foreign_site');
    expect(await api.countTasks()).toBe(before);
  });

  it('answers under no name that another site could give this machine', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      get(`${api.url}/v1/task-types`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(answer).toBe(403);
  });

  it('knows nothing of a task that was never made', async () => {
    const response = await api.fetch('/v1/tasks/019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c');
    expect(response.status).toBe(404);
    expect(((await response.json()) as Problem).code).toBe('not_found');
    expect((await api.fetch('/v1/tasks/..%2f..%2fetc')).status).toBe(404);
  });

  it('lists the task types with their parameters', async () => {
    const { items } = (await (await fetch(`${api.url}/v1/task-types`)).json()) as {
      items: { type: string }[];
    };
    expect(items.map((item) => item.type)).toEqual(expect.arrayContaining(['person', 'building']));
  });

  it('shows metrics that agree with the database', async () => {
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    const value = (name: string) =>
      Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (\\d+)`, 'm').exec(metrics)?.[1]);
    const submitted = value('photo_repair_tasks_submitted_total{type="person",channel="http"}');
    expect(submitted).toBeGreaterThan(0);
    expect(value('photo_repair_tasks_in_state{type="person",state="queued"}')).toBe(submitted);
  });
});

describe('with no broker', () => {
  const vhost = withVhost();
  let portrait: Buffer;

  beforeAll(async () => {
    portrait = await readFile(PORTRAIT);
  });

  it('takes photos in all the same, and a later process publishes them', async () => {
    const away = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1' });
    const response = await away.submit(portrait);
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as TaskView;
    expect((await fetch(`${away.url}/readyz`)).status).toBe(503);
    await away.close();

    const back = await TestApi.start({ AMQP_URL: vhost.url, DATA_DIR: away.dataDir });
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect((await vhost.take('photo_repair.work.person')).properties.messageId).toBe(id);
    await vi.waitFor(async () =>
      expect(
        (await db(back).selectFrom('tasks').select('dispatched').executeTakeFirst())?.dispatched,
      ).not.toBeNull(),
    );
    await back.remove();
  });

  it('does not let a task that no queue takes hold up the others', async () => {
    const away = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1' });
    // As after an operator has taken the workflow of a type away: tasks of it are still in the database.
    const stuck = ((await (await away.submit(portrait)).json()) as TaskView).id;
    const fine = ((await (await away.submit(portrait)).json()) as TaskView).id;
    await db(away).updateTable('tasks').set({ type: 'gone' }).where('id', '=', stuck).execute();
    await away.close();

    const back = await TestApi.start({ AMQP_URL: vhost.url, DATA_DIR: away.dataDir });
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect((await vhost.take('photo_repair.work.person')).properties.messageId).toBe(fine);
    await back.remove();
  });

  it('refuses when too many wait', async () => {
    const api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1', QUEUE_MAX_WAITING: '1' });
    expect((await api.submit(portrait)).status).toBe(202);
    const refused = await api.submit(portrait);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as Problem).code).toBe('queue_full');
    await api.remove();
  });
});
