import type { Problem, TaskView } from '@app/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { OpenApi } from '../http/open-api.js';
import { IntakeBench } from './intake-bench.js';

describe('POST /v1/tasks with the address of a photo', () => {
  const vhost = withVhost();
  let bench: IntakeBench;
  let openApi: OpenApi;

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost, {
      answer: (path, response) => {
        if (path === '/away') response.writeHead(503).end();
        else if (path === '/text') response.end('no photo');
        return path === '/away' || path === '/text';
      },
    });
    openApi = new OpenApi((await (await fetch(`${bench.api.url}/openapi.json`)).json()) as OpenAPIObject);
  });
  afterAll(() => bench.remove());

  const url = () => `${bench.host.url}/bw_photo.jpg`;
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    bench.api.fetch('/v1/tasks', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    });

  it('takes it as it takes a form with the photo in it', async () => {
    const body = {
      type: 'person',
      image_url: url(),
      params: { size: 460 },
      client_ref: 'box 3',
      priority: 0,
    };
    const { requestBody } = openApi.operation('POST', '/v1/tasks');
    const schema = requestBody?.content['application/json']?.schema;
    openApi.expectValid('the body', schema ?? {}, body);
    expect(Object.keys(requestBody?.content ?? {})).toEqual(['multipart/form-data', 'application/json']);
    const response = await post(body);
    expect(response.status).toBe(202);
    const task = (await openApi.expectDocumented('POST', '/v1/tasks', response)) as TaskView;
    expect(task).toMatchObject({
      type: 'person',
      filename: 'bw_photo.jpg',
      client_ref: 'box 3',
      adjusted: [{ name: 'size', sent: 460, used: 480 }],
    });
    await bench.expectTask(task.id);
    expect(await readdir(join(bench.api.dataDir, 'incoming'))).toEqual([]);
  });

  it('knows the parameters by either name, and an Idempotency-Key', async () => {
    const body = {
      type: 'DDColor人物黑白修复.json',
      image_url: url(),
      parameters: { model: 'ddcolor-imagenet' },
    };
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const first = (await (await post(body, headers)).json()) as TaskView;
    expect(first.parameters).toMatchObject({ model: 'ddcolor_paper' });
    const again = await post(body, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(((await again.json()) as TaskView).id).toBe(first.id);
    await bench.expectTask(first.id);
  });

  it.each<[number, string, (good: Record<string, unknown>) => unknown]>([
    [400, 'invalid_request', () => ({})],
    [400, 'invalid_request', () => []],
    [400, 'invalid_request', () => 'null'],
    [400, 'invalid_request', () => '{'],
    [400, 'invalid_request', () => '{"type":"person","type":"person"}'],
    [400, 'invalid_request', (good) => ({ ...good, image: 'x' })],
    [400, 'invalid_request', (good) => ({ ...good, image_path: '/etc/passwd' })],
    [400, 'invalid_request', (good) => ({ ...good, params: {}, parameters: {} })],
    [422, 'invalid_request', (good) => ({ ...good, params: '{}' })],
    [422, 'invalid_request', (good) => ({ ...good, priority: '5' })],
    [422, 'invalid_request', (good) => ({ ...good, image_url: 7 })],
    [403, 'priority_not_allowed', (good) => ({ ...good, priority: 5 })],
    [422, 'unknown_task_type', (good) => ({ ...good, type: 'cats' })],
    [422, 'invalid_parameter', (good) => ({ ...good, params: { size: ['3', 0] } })],
    [422, 'url_not_allowed', (good) => ({ ...good, image_url: 'http://127.0.0.1:15672/' })],
    [422, 'url_not_allowed', (good) => ({ ...good, image_url: 'http://169.254.169.254/' })],
    [422, 'url_not_allowed', (good) => ({ ...good, image_url: 'file:///etc/passwd' })],
    [422, 'url_not_allowed', (good) => ({ ...good, image_url: 'hello' })],
    [422, 'fetch_failed', (good) => ({ ...good, image_url: `${bench.host.url}/nowhere` })],
    [502, 'image_unreachable', (good) => ({ ...good, image_url: `${bench.host.url}/away` })],
    [415, 'unsupported_format', (good) => ({ ...good, image_url: `${bench.host.url}/text` })],
  ])('%i %s', async (status, code, body) => {
    const tasks = (await bench.tasks()).length;
    const response = await post(body({ type: 'person', image_url: url() }));
    expect(response.status).toBe(status);
    const problem = (await openApi.expectDocumented('POST', '/v1/tasks', response)) as Problem;
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail).not.toMatch(/[{}]|^$/);
    expect((await bench.tasks()).length).toBe(tasks);
    expect(await readdir(join(bench.api.dataDir, 'incoming'))).toEqual([]);
  });

  it('tells in the language of the caller why', async () => {
    const headers = { 'accept-language': 'zh-CN' };
    const response = await post({ type: 'person', image_url: 'http://127.0.0.1:22/' }, headers);
    expect(((await response.json()) as Problem).detail).toMatch(/^\p{Script=Han}/u);
  });

  it('takes no other kind of body', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/merge-patch+json']) {
      const body = JSON.stringify({ type: 'person', image_url: url() });
      expect((await bench.api.post(body, type)).status).toBe(400);
    }
  });
});
