import type {
  AlbumView,
  DeliveryView,
  NewAlbumLinkView,
  NewApiKeyView,
  OperationView,
  TaskNotice,
  TaskView,
} from '@app/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';
import { TestApi } from '../../support/test-api.js';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { WorkerOf } from './finish-task.js';
import { Receiver } from '../webhooks/receiver.js';
import { reaching } from '../webhooks/webhook-api.js';
import { exportedForm } from '../imports/sample-export.js';
import { OpenApi } from './open-api.js';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

const NOBODY = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

describe('the OpenAPI document', () => {
  let api: TestApi;
  let openApi: OpenApi;
  let photo: Buffer;
  let receiver: Receiver;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    receiver = await Receiver.start();
    api = await TestApi.start(reaching(receiver));
    openApi = new OpenApi((await (await fetch(`${api.url}/openapi.json`)).json()) as OpenAPIObject);
  });
  afterAll(async () => {
    await api.remove();
    await receiver.down();
  });

  it('names exactly the routes that there are', () => {
    const express = api.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
    const served = express.router.stack
      .flatMap(({ route }) => (route === undefined ? [] : [route]))
      .filter(({ path }) => !path.startsWith('/docs') && path !== '/openapi.json')
      .flatMap(({ path, methods }) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
      );
    const documented = openApi.operations.map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual(served.toSorted());
  });

  it('names every id in a path, and how callers say who they are', async () => {
    for (const { method, path, parameters } of openApi.operations) {
      const named = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect({ method, path, named: new Set(named) }).toEqual({ method, path, named: new Set(inPath) });
    }
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenAPIObject;
    expect(document.components?.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'photo_repair_visitor' },
    });
    expect(document.security).toEqual(expect.arrayContaining([{ bearer: [] }, { cookie: [] }]));
  });

  it('has examples that are what it says', () => {
    for (const { method, path, responses } of openApi.operations) {
      for (const [status, { content, description }] of Object.entries(responses)) {
        const where = `${method} ${path} ${status}`;
        expect({ where, description }).toEqual({ where, description: expect.any(String) });
        for (const [type, media] of Object.entries(content ?? {})) {
          expect({ where, type, schema: media.schema }).toMatchObject({
            where,
            type,
            schema: expect.anything(),
          });
          for (const example of OpenApi.examplesOf(media))
            openApi.expectValid(where, media.schema ?? {}, example);
        }
      }
    }
    for (const { method, path, status, examples } of problemsOf(openApi)) {
      const statuses = new Set(examples.map((example) => (example as { status: number }).status));
      expect({ method, path, statuses }).toEqual({ method, path, statuses: new Set([status]) });
    }
    let seen = 0;
    for (const [name, schema] of openApi.schemas) {
      const properties = (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>;
      for (const [property, of] of Object.entries(properties)) {
        if (!('example' in of) || of['format'] === 'binary') continue;
        seen += 1;
        openApi.expectValid(`${name}.${property}`, of, of['example']);
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  it('describes what the app really answers, on every route', async () => {
    const visited = new Set<string>();
    const operator = api.as('operator');
    /** Asks for it, and has the answer judged; the status is the one that is meant to come. */
    const ask = async (
      status: number,
      method: string,
      path: string,
      { ids = {}, query = '', caller = api, ...init }: Asked = {},
    ): Promise<unknown> => {
      const target = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? NOBODY);
      const abort = new AbortController();
      const response = await caller.fetch(target + query, { method, ...init, signal: abort.signal });
      expect({ method, path, status: response.status }).toEqual({ method, path, status });
      const body = await openApi.expectDocumented(method, path, response);
      // A stream of events does not end by itself.
      abort.abort();
      if (status < 400) visited.add(`${method} ${path}`);
      return body;
    };
    const json = (body: unknown) => ({
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const form = (...names: string[]) => {
      const body = new FormData();
      body.append('type', 'person');
      for (const name of names) body.append('image', new Blob([new Uint8Array(photo)]), name);
      return { body };
    };

    await ask(200, 'GET', '/livez');
    await ask(503, 'GET', '/readyz');
    visited.add('GET /readyz');
    await ask(200, 'GET', '/metrics');
    await ask(200, 'GET', '/v1/task-types');
    await ask(200, 'POST', '/v1/session');
    await ask(200, 'GET', '/v1/session');

    const task = (await ask(202, 'POST', '/v1/tasks', form('a.jpg'))) as TaskView;
    const ids = { id: task.id };
    await ask(400, 'POST', '/v1/tasks', form());
    await ask(413, 'POST', '/v1/tasks', form('a.jpg', 'b.jpg'));
    await ask(400, 'POST', '/v1/tasks', json({}));
    await ask(409, 'GET', '/v1/tasks/{id}/result', { ids });
    await ask(409, 'POST', '/v1/tasks/{id}/retry', { ids });
    const worker = new WorkerOf(api);
    await worker.start(task.id);
    await ask(200, 'GET', '/v1/tasks/{id}', { ids });
    await worker.succeed(task.id);
    for (const part of ['', '/original', '/result', '/thumbnail', '/timeline', '/events']) {
      await ask(200, 'GET', `/v1/tasks/{id}${part}`, { ids });
      await ask(404, 'GET', `/v1/tasks/{id}${part}`);
      await ask(404, 'GET', `/v1/tasks/{id}${part}`, { ids, caller: api.visitor() });
    }
    await ask(400, 'GET', '/v1/tasks/{id}/thumbnail', { ids, query: '?of=x' });
    await ask(409, 'POST', '/v1/tasks/{id}/cancel', { ids });
    await ask(200, 'GET', '/v1/tasks', { query: '?limit=1' });
    await ask(400, 'GET', '/v1/tasks', { query: '?limit=0' });
    await ask(400, 'GET', '/v1/tasks', { query: '?cursor=x' });
    await ask(401, 'GET', '/v1/tasks', { caller: api.as('prk_nobody-has-this-key-or-ever-will-have') });
    const second = (await ask(202, 'POST', '/v1/tasks', form('a.jpg'))) as TaskView;
    await ask(200, 'POST', '/v1/tasks/{id}/cancel', { ids: { id: second.id } });
    await ask(200, 'POST', '/v1/tasks/{id}/retry', { ids: { id: second.id } });
    await ask(204, 'DELETE', '/v1/tasks/{id}', { ids: { id: second.id } });
    await ask(404, 'DELETE', '/v1/tasks/{id}', { ids: { id: second.id } });

    const album = (await ask(201, 'POST', '/v1/albums', json({ title: '奶奶的相册' }))) as AlbumView;
    const ofAlbum = { id: album.id };
    await ask(400, 'POST', '/v1/albums', json({}));
    await ask(422, 'POST', '/v1/albums', json({ title: 5 }));
    const added = form('1.jpg', '2.jpg');
    await ask(202, 'POST', '/v1/albums/{id}/tasks', { ids: ofAlbum, ...added });
    await ask(400, 'POST', '/v1/albums/{id}/tasks', { ids: ofAlbum, ...form() });

    const tus = (headers: Record<string, string> = {}) => ({
      headers: { 'tus-resumable': '1.0.0', ...headers },
    });
    const bytes = { 'content-type': 'application/offset+octet-stream' };
    const length = { 'upload-length': String(photo.length), 'upload-metadata': 'filename YS5qcGc=' };
    await ask(204, 'OPTIONS', '/v1/uploads');
    await ask(204, 'OPTIONS', '/v1/uploads/{id}');
    await ask(201, 'POST', '/v1/uploads', tus(length));
    await ask(412, 'POST', '/v1/uploads', { headers: length });
    await ask(413, 'POST', '/v1/uploads', tus({ ...length, 'upload-length': '1000000000' }));
    const rows = api.app.get<Database>(DATABASE).selectFrom('uploads').select('id');
    const upload = await rows.executeTakeFirstOrThrow();
    const ofUpload = { ids: upload };
    await ask(200, 'HEAD', '/v1/uploads/{id}', { ...ofUpload, ...tus() });
    const from = (offset: number) => ({ ...ofUpload, ...tus({ ...bytes, 'upload-offset': String(offset) }) });
    await ask(204, 'PATCH', '/v1/uploads/{id}', { ...from(0), body: new Uint8Array(photo.subarray(0, 9)) });
    await ask(409, 'PATCH', '/v1/uploads/{id}', { ...from(0), body: new Uint8Array(photo) });
    const claim = json({ upload_id: upload.id, type: 'person' });
    await ask(409, 'POST', '/v1/albums/{id}/tasks', { ids: ofAlbum, ...claim });
    await ask(204, 'PATCH', '/v1/uploads/{id}', { ...from(9), body: new Uint8Array(photo.subarray(9)) });
    await ask(202, 'POST', '/v1/albums/{id}/tasks', { ids: ofAlbum, ...claim });
    await ask(404, 'DELETE', '/v1/uploads/{id}', { ...ofUpload, ...tus() });
    await ask(201, 'POST', '/v1/uploads', tus(length));
    const next = await rows.executeTakeFirstOrThrow();
    await ask(204, 'DELETE', '/v1/uploads/{id}', { ids: next, ...tus() });
    const inAlbum = (await ask(200, 'GET', '/v1/albums/{id}/tasks', { ids: ofAlbum })) as {
      items: TaskView[];
    };
    await worker.start(inAlbum.items[0]!.id);
    await worker.succeed(inAlbum.items[0]!.id);
    for (const part of ['', '/results.zip', '/manifest.csv', '/links', '/events']) {
      await ask(200, 'GET', `/v1/albums/{id}${part}`, { ids: ofAlbum });
      await ask(404, 'GET', `/v1/albums/{id}${part}`, { ids: ofAlbum, caller: api.visitor() });
    }
    const chosen = json({ task_ids: [inAlbum.items[0]!.id] });
    await ask(200, 'POST', '/v1/albums/{id}/results.zip', { ids: ofAlbum, ...chosen });
    await ask(409, 'POST', '/v1/albums/{id}/results.zip', { ids: ofAlbum, ...json({ task_ids: [NOBODY] }) });
    await ask(200, 'GET', '/v1/albums', { query: '?limit=1' });
    await ask(200, 'PATCH', '/v1/albums/{id}', { ids: ofAlbum, ...json({ title: '1953' }) });
    await ask(200, 'POST', '/v1/albums/{id}/cancel', { ids: ofAlbum });
    await ask(200, 'POST', '/v1/albums/{id}/retry', { ids: ofAlbum });
    const link = (await ask(201, 'POST', '/v1/albums/{id}/links', {
      ids: ofAlbum,
      ...json({ access: 'view' }),
    })) as NewAlbumLinkView;
    await ask(200, 'POST', '/v1/links/open', { caller: api.visitor(), ...json({ token: link.token }) });
    await ask(404, 'POST', '/v1/links/open', { caller: api.visitor(), ...json({ token: `${link.token}x` }) });
    await ask(403, 'PATCH', '/v1/albums/{id}', {
      ids: ofAlbum,
      caller: api.as(link.token),
      ...json({ title: 'x' }),
    });
    const ofLink = { ids: { id: album.id, linkId: link.id } };
    await ask(204, 'DELETE', '/v1/albums/{id}/links/{linkId}', ofLink);
    await ask(204, 'DELETE', '/v1/albums/{id}', { ids: ofAlbum });

    const toPrioritise = (await ask(201, 'POST', '/v1/albums', json({ title: 'c' }))) as { id: string };
    const ofPriority = { ids: { id: toPrioritise.id }, caller: operator };
    await ask(200, 'PUT', '/v1/admin/albums/{id}/priority', { ...ofPriority, ...json({ priority: 9 }) });
    await ask(422, 'PUT', '/v1/admin/albums/{id}/priority', { ...ofPriority, ...json({ priority: 10 }) });
    await ask(404, 'PUT', '/v1/admin/albums/{id}/priority', { caller: operator, ...json({ priority: 1 }) });
    const paused = [
      ['/v1/admin/pauses/types/{type}', { type: 'building' }],
      ['/v1/admin/pauses/workers/{worker}', { worker: 'gpu 1' }],
      ['/v1/admin/pauses/intake', {}],
    ] as const;
    for (const [path, ids] of paused) {
      await ask(200, 'PUT', path, { ids, caller: operator, ...json({ note: 'a test' }) });
    }
    await ask(503, 'POST', '/v1/tasks', form('c.jpg'));
    await ask(200, 'GET', '/v1/admin/pauses', { caller: operator });
    for (const [path, ids] of paused) await ask(204, 'DELETE', path, { ids, caller: operator });
    await ask(422, 'PUT', '/v1/admin/pauses/types/{type}', {
      ids: { type: 'x' },
      caller: operator,
      ...json({}),
    });
    await ask(401, 'GET', '/v1/admin/pauses', {});
    await ask(200, 'GET', '/v1/admin/audit', { caller: operator, query: '?limit=3' });
    await ask(401, 'GET', '/v1/admin/audit', {});

    const group = { ids: { name: 'museum' }, caller: operator };
    await ask(200, 'PUT', '/v1/admin/groups/{name}', {
      ...group,
      ...json({ task_types: { person: 'building' } }),
    });
    await ask(200, 'GET', '/v1/admin/groups/{name}', group);
    const key = (await ask(201, 'POST', '/v1/admin/keys', {
      caller: operator,
      ...json({ name: 'scanner' }),
    })) as NewApiKeyView;
    await ask(200, 'GET', '/v1/admin/keys', { caller: operator });
    await ask(403, 'GET', '/v1/admin/keys', { caller: api.as(key.token) });
    await ask(401, 'GET', '/v1/admin/keys', {});
    receiver.manner = (response, { body }) => response.end(body);
    const ofKey = { caller: api.as(key.token) };
    await ask(200, 'PUT', '/v1/webhook', { ...ofKey, ...json({ url: receiver.url }) });
    await ask(422, 'PUT', '/v1/webhook', { ...ofKey, ...json({ url: 'https://other.example/' }) });
    await ask(200, 'GET', '/v1/webhook', ofKey);
    await ask(403, 'GET', '/v1/webhook', {});
    await ask(200, 'POST', '/v1/webhook/secret', ofKey);
    await ask(422, 'POST', '/v1/webhook/secret', { ...ofKey, ...json({ secret: 'short' }) });
    await ask(200, 'GET', '/v1/webhook/secret', ofKey);
    const told = (await ask(202, 'POST', '/v1/tasks', { ...ofKey, ...form('a.jpg') })) as TaskView;
    await worker.start(told.id);
    await worker.succeed(told.id);
    const delivery = await vi.waitFor(async () => {
      const page = (await ask(200, 'GET', '/v1/deliveries', { ...ofKey, query: '?state=delivered' })) as {
        items: DeliveryView[];
      };
      expect(page.items).toHaveLength(1);
      return page.items[0]!;
    });
    const ofDelivery = { ...ofKey, ids: { id: delivery.id } };
    await ask(200, 'GET', '/v1/deliveries/{id}', ofDelivery);
    await ask(404, 'GET', '/v1/deliveries/{id}', ofKey);
    await ask(202, 'POST', '/v1/deliveries/{id}/redeliver', ofDelivery);
    const { data } = JSON.parse(receiver.received.at(-1)!.body) as TaskNotice;
    const token = data.result!.url.split('/').at(-1)!;
    await ask(200, 'GET', '/v1/downloads/{token}', { ids: { token } });
    await ask(404, 'GET', '/v1/downloads/{token}', { ids: { token: 'x' } });
    const byOperator = { ...ofDelivery, caller: operator };
    await ask(200, 'GET', '/v1/admin/deliveries', { caller: operator, query: '?limit=1' });
    await ask(403, 'GET', '/v1/admin/deliveries', ofKey);
    await vi.waitFor(() => ask(202, 'POST', '/v1/admin/deliveries/{id}/redeliver', byOperator));
    await ask(404, 'POST', '/v1/admin/deliveries/{id}/redeliver', { caller: operator });
    await ask(204, 'DELETE', '/v1/webhook', ofKey);
    await ask(204, 'DELETE', '/v1/admin/keys/{id}', { ids: { id: key.id }, caller: operator });

    const broken = (await ask(202, 'POST', '/v1/tasks', form('b.jpg'))) as TaskView;
    await worker.start(broken.id);
    await worker.fail(broken.id);
    for (const part of ['overview', 'workers', 'workflows', 'history', 'tasks', 'failures', 'operations']) {
      await ask(200, 'GET', `/v1/admin/${part}`, { caller: operator });
      await ask(401, 'GET', `/v1/admin/${part}`, {});
    }
    await ask(400, 'GET', '/v1/admin/history', { caller: operator, query: '?hours=0' });
    await ask(400, 'GET', '/v1/admin/tasks', { caller: operator, query: '?state=lost' });
    await ask(200, 'GET', '/v1/admin/tasks/{id}', { caller: operator, ids: { id: broken.id } });
    await ask(404, 'GET', '/v1/admin/tasks/{id}', { caller: operator });
    const discard = { kind: 'discard', match: { task_ids: [broken.id] } };
    const operations = { caller: operator, query: '?preview=true', ...json(discard) };
    await ask(200, 'POST', '/v1/admin/operations', operations);
    await ask(409, 'POST', '/v1/admin/operations', {
      ...operations,
      query: '',
      ...json({ ...discard, expected_count: 7 }),
    });
    await ask(422, 'POST', '/v1/admin/operations', {
      ...operations,
      ...json({ ...discard, kind: 'forget' }),
    });
    const made = (await ask(202, 'POST', '/v1/admin/operations', {
      ...operations,
      query: '',
    })) as OperationView;
    const ofOperation = { caller: operator, ids: { id: made.id } };
    await ask(200, 'GET', '/v1/admin/operations/{id}', ofOperation);
    await ask(404, 'GET', '/v1/admin/operations/{id}', { caller: operator });
    await ask(200, 'DELETE', '/v1/admin/operations/{id}', ofOperation);

    const exported = { caller: operator, body: exportedForm(photo) };
    await ask(201, 'POST', '/v1/admin/imports', exported);
    await ask(200, 'POST', '/v1/admin/imports', exported);
    await ask(401, 'POST', '/v1/admin/imports', { body: exported.body });
    await ask(400, 'POST', '/v1/admin/imports', { caller: operator, ...form('c.jpg') });

    const documented = openApi.operations.map(({ method, path }) => `${method} ${path}`);
    expect([...visited].toSorted()).toEqual(documented.toSorted());
  });
});

interface Asked extends RequestInit {
  ids?: Record<string, string>;
  query?: string;
  caller?: TestCaller;
}

/** The problems that operations name, each with the examples of its status. */
function problemsOf({ operations }: OpenApi) {
  return operations.flatMap(({ method, path, responses }) =>
    Object.entries(responses).flatMap(([status, { content }]) => {
      const media = content?.['application/problem+json'];
      if (media === undefined || status === 'default') return [];
      return [{ method, path, status: Number(status), examples: OpenApi.examplesOf(media) }];
    }),
  );
}
