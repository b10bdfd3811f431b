import type { Problem, TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { exchange } from './raw-request.js';
import { problemOf, refusal } from './problem-of.js';
import { expectUnharmed } from './unharmed.js';

const told = async (response: Response) => ({
  status: response.status,
  contentType: response.headers.get('content-type'),
  body: await response.text(),
});

describe('hostile requests', () => {
  let api: TestApi;
  let photo: Buffer;
  let before: number;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1' });
    await api.session();
  });
  afterAll(() => api.remove());
  beforeEach(async () => {
    before = await api.countTasks();
  });
  afterEach(() => expectUnharmed(api, before, photo));

  /** A JSON body, to a route that takes one. */
  const album = async (body: string, contentType = 'application/json') =>
    told(await api.fetch('/v1/albums', { method: 'POST', body, headers: { 'content-type': contentType } }));
  /** The JSON in the form of an upload. */
  const params = async (text: string) =>
    told(await api.submit(photo, 'a.jpg', { type: 'person', params: text }));
  const raw = async (request: string) => {
    const { status, headers, body } = await exchange(api.url, request);
    return { status, contentType: headers['content-type'], body, headers };
  };
  const host = () => new URL(api.url).host;

  describe('JSON', () => {
    it('of 10 MB', async () => {
      const problem = problemOf(await album(JSON.stringify({ title: 'x'.repeat(10_000_000) })));
      expect(problem).toMatchObject(refusal(413, 'request_too_large'));
      expect(problem.limit).toBe(100 * 1024);
    });

    it.each(['[', '{"a":'])('with 100,000 levels of %s, at once', async (open) => {
      const deep = open.repeat(100_000);
      const started = performance.now();
      const answer = await album(deep);
      // Alone on the machine it takes a few milliseconds; a parser that looks at each level from each takes minutes.
      expect(performance.now() - started).toBeLessThan(15_000);
      expect([400, 413]).toContain(answer.status);
      const fits = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
      expect(problemOf(await album(fits))).toMatchObject(refusal(400, 'invalid_request'));
      expect(problemOf(await params('['.repeat(5000) + ']'.repeat(5000)))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
    });

    it.each([
      '{"__proto__": {"polluted": true}}',
      '{"constructor": {"prototype": {"polluted": true}}}',
      '{"title": "a", "__pr\\u006fto__": 1}',
      '{"toString": 1}',
    ])('that reaches for the prototype: %s', async (text) => {
      expect(problemOf(await album(text))).toMatchObject(refusal(400, 'invalid_request'));
      expect(problemOf(await params(text))).toMatchObject(refusal(400, 'invalid_request'));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('with a name twice', async () => {
      expect(problemOf(await album('{"title": "a", "title": "b"}'))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
      expect(problemOf(await params('{"size": 512, "si\\u007ae": 640}'))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
    });

    it.each(['{', 'null', '[]', '"a"', '{"title": NaN}', "{'title': 1}", '{"title": 1,}', '\u0000'])(
      'that is none, or not what is asked for: %j',
      async (text) => {
        const answer = await album(text);
        expect([400, 422]).toContain(answer.status);
        expect(problemOf(answer)).toMatchObject(refusal(answer.status, 'invalid_request'));
      },
    );

    it('with wrong types, and texts that cannot be shown', async () => {
      for (const title of ['5', 'true', '["a"]', '{"a":1}', '1e999', '9007199254740993']) {
        const problem = problemOf(await album(`{"title": ${title}}`));
        expect(problem).toMatchObject(refusal(422, 'invalid_request'));
        expect(problem.errors).toMatchObject([{ pointer: '/title' }]);
      }
      for (const title of ['"\\ud800"', '"a\\u0000b"', '"\\u001b[2J"', `"${'x'.repeat(50_000)}"`]) {
        const problem = problemOf(await album(`{"title": ${title}}`));
        expect(problem).toMatchObject(refusal(422, 'invalid_request'));
        expect(problem.errors).toMatchObject([{ pointer: '/title' }]);
      }
    });

    it('of another media type, encoding or character set', async () => {
      expect(problemOf(await album('{}', 'text/plain'))).toMatchObject(refusal(415, 'invalid_request'));
      expect(problemOf(await album('title=a', 'application/x-www-form-urlencoded'))).toMatchObject(
        refusal(415, 'invalid_request'),
      );
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const packed = await told(await api.fetch('/v1/albums', { method: 'POST', body: '{}', headers }));
      expect(problemOf(packed)).toMatchObject(refusal(415, 'unsupported_content_encoding'));
      const bytes = await api.fetch('/v1/albums', {
        method: 'POST',
        body: new Uint8Array([0x22, 0xff, 0x22]),
        headers: { 'content-type': 'application/json' },
      });
      expect(problemOf(await told(bytes))).toMatchObject(refusal(400, 'invalid_request'));
    });

    it('with a field that nobody knows', async () => {
      const problem = problemOf(await album('{"title": "a", "owner_id": "x"}'));
      expect(problem).toMatchObject(refusal(400, 'invalid_request'));
      expect(problem.errors).toEqual([{ pointer: '/owner_id', message: 'There is no field "owner_id".' }]);
    });
  });

  describe('parameters', () => {
    it.each([
      ['a link to a node', '{"size": ["3", 0]}', '/params/size'],
      ['an object', '{"size": {"class_type": "LoadImage"}}', '/params/size'],
      ['a text for a number', '{"size": "5"}', '/params/size'],
      ['null', '{"size": null}', '/params/size'],
      ['a negative number', '{"size": -1}', '/params/size'],
      ['0', '{"size": 0}', '/params/size'],
      ['far too much', '{"size": 1000000000}', '/params/size'],
      ['no whole number', '{"size": 512.5}', '/params/size'],
      ['a model that is not there', '{"model": "ddcolor_imagenet_21k"}', '/params/model'],
      ['a path for a model', '{"model": "../../etc/passwd"}', '/params/model'],
      ['a name that is none', '{"a/b~c": 1}', '/params/a~1b~0c'],
    ])('%s', async (_what, text, pointer) => {
      const problem = problemOf(await params(text));
      expect(problem).toMatchObject(refusal(422, 'invalid_parameter'));
      expect(problem.errors).toMatchObject([{ pointer }]);
    });

    it.each([
      '{"size": 1e999}',
      '{"size": 9007199254740993}',
      '{"model": "\\ud800"}',
      '{"model": "a\\u0007"}',
    ])('%s', async (text) => {
      expect(problemOf(await params(text))).toMatchObject(refusal(422, 'invalid_request'));
    });

    it('tell what would be right', async () => {
      const size = problemOf(await params('{"size": 4000}'));
      expect(size).toMatchObject(refusal(422, 'invalid_parameter'));
      expect(size.detail).toBe('"size" has to be a whole number from 460 to 680.');
      const model = problemOf(await params('{"model": "ddcolor_imagenet_21k"}'));
      expect(model).toMatchObject(refusal(422, 'invalid_parameter'));
      expect(model.detail).toMatch(/^"model" has to be one of: ddcolor_modelscope, /);
    });

    it('a whole graph is nowhere taken', async () => {
      const graph = JSON.stringify({ '3': { class_type: 'LoadImage', inputs: {} } });
      expect(
        problemOf(await told(await api.submit(photo, 'a.jpg', { type: 'person', prompt: graph }))),
      ).toMatchObject(refusal(400, 'invalid_request'));
      expect(problemOf(await told(await api.post(graph, 'application/json')))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
      expect(problemOf(await params(graph))).toMatchObject(refusal(422, 'invalid_parameter'));
    });

    it('as fields of their own, as the file of the workflow names them', async () => {
      const fields = { type: 'DDColor人物黑白修复.json', size: '680', model: 'ddcolor_artistic.pth' };
      const response = await api.submit(photo, 'a.jpg', fields);
      expect(response.status).toBe(202);
      const task = (await response.json()) as TaskView;
      expect(task).toMatchObject({
        type: 'person',
        parameters: { size: 672, model: 'ddcolor_artistic' },
        adjusted: [{ name: 'size', sent: 680, used: 672 }],
      });
      await api.fetch(task.urls.self, { method: 'DELETE' });
      const twice = { type: 'person', size: '512', params: '{"size": 640}' };
      expect(problemOf(await told(await api.submit(photo, 'a.jpg', twice)))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
    });

    it('a type or a priority that is none, or is not the caller’s', async () => {
      const send = async (fields: Record<string, string>) => told(await api.submit(photo, 'a.jpg', fields));
      expect(problemOf(await send({ type: 'cat' }))).toMatchObject(refusal(422, 'unknown_task_type'));
      expect(problemOf(await send({ type: '' }))).toMatchObject(refusal(422, 'unknown_task_type'));
      const missing = problemOf(await send({}));
      expect(missing).toMatchObject(refusal(400, 'invalid_request'));
      expect(missing.detail).toBe('"type" is missing.');
      expect(problemOf(await send({ type: 'x'.repeat(101) }))).toMatchObject(refusal(422, 'invalid_request'));
      for (const priority of ['10', '-1', 'a', '1.5']) {
        expect(problemOf(await send({ type: 'person', priority }))).toMatchObject(
          refusal(422, 'invalid_request'),
        );
      }
      expect(problemOf(await send({ type: 'person', priority: '9' }))).toMatchObject(
        refusal(403, 'priority_not_allowed'),
      );
      expect(problemOf(await send({ type: 'person', client_ref: 'x'.repeat(201) }))).toMatchObject(
        refusal(422, 'invalid_request'),
      );
    });
  });

  describe('addresses', () => {
    it.each([
      '?limit=0',
      '?limit=-1',
      '?limit=1e9',
      '?limit=101',
      '?limit=',
      '?limit=1&limit=2',
      '?status=queued&status=failed',
      '?status[$ne]=queued',
      '?status=waiting',
      "?type=' OR 1=1--",
      '?album_id=1',
      '?all=maybe',
      '?unknown=1',
      '?__proto__[x]=1',
      '?constructor=1',
      '?wait=1',
    ])('/v1/tasks%s', async (query) => {
      expect(problemOf(await told(await api.fetch(`/v1/tasks${query}`)))).toMatchObject(
        refusal(400, 'invalid_request'),
      );
    });

    it('what is for those who may see everything is refused to others', async () => {
      expect(problemOf(await told(await api.fetch('/v1/tasks?all=true')))).toMatchObject(
        refusal(403, 'forbidden'),
      );
      expect((await api.as('operator').fetch('/v1/tasks?all=true')).status).toBe(200);
    });

    it.each([
      ['..%2f', '..%2f'],
      ['NUL', '%00'],
      ['10,000 letters', 'x'.repeat(10_000)],
      ['an emoji', encodeURIComponent('😀')],
      ['[object Object]', encodeURIComponent('[object Object]')],
      ['a number', '1'],
      ['a broken escape', '%zz'],
      ['broken UTF-8', '%e0%a4%61'],
    ])('the id %s', async (_what, id) => {
      const answer = await raw(
        `GET /v1/tasks/${id} HTTP/1.1\r\nHost: ${host()}\r\nCookie: ${api.cookie}\r\nConnection: close\r\n\r\n`,
      );
      const { status } = answer;
      expect([400, 404]).toContain(status);
      expect(problemOf(answer)).toMatchObject(
        refusal(status, status === 404 ? 'not_found' : 'invalid_request'),
      );
    });

    it.each([
      '//admin/../',
      '/v1//tasks',
      '/v1/../v1/tasks',
      '/v1/%2e%2e/livez',
      '/./livez',
      '/v1\\tasks',
      '/docs/..',
    ])('the path %s', async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`);
      expect(problemOf(answer)).toMatchObject(refusal(404, 'not_found'));
    });

    it('methods that a path does not have', async () => {
      for (const [method, path] of [
        ['PUT', '/v1/tasks'],
        ['PATCH', '/v1/tasks/019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c'],
        ['DELETE', '/livez'],
        ['POST', '/v1/task-types'],
        ['TRACE', '/v1/tasks'],
        ['PROPFIND', '/v1/tasks'],
      ]) {
        const answer = await raw(
          `${method} ${path} HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`,
        );
        expect(problemOf(answer)).toMatchObject(refusal(405, 'method_not_allowed'));
        expect(answer.headers['allow']).toMatch(/GET/);
      }
      const tasks = await raw(`PUT /v1/tasks HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`);
      expect(tasks.headers['allow']).toBe('GET, HEAD, POST');
      const nowhere = await raw(`PUT /nowhere HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`);
      expect(problemOf(nowhere)).toMatchObject(refusal(404, 'not_found'));
    });

    it('CONNECT and verbs that are none', async () => {
      expect(problemOf(await raw(`CONNECT ${host()} HTTP/1.1\r\nHost: ${host()}\r\n\r\n`))).toMatchObject(
        refusal(405, 'method_not_allowed'),
      );
      expect(problemOf(await raw(`BREW /v1/tasks HTTP/1.1\r\nHost: ${host()}\r\n\r\n`))).toMatchObject(
        refusal(405, 'method_not_allowed'),
      );
    });
  });

  it('headers that are too large or too many', async () => {
    const large = await raw(`GET /livez HTTP/1.1\r\nHost: ${host()}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(problemOf(large)).toMatchObject(refusal(431, 'request_too_large'));
    const lines = Array.from({ length: 200 }, (_, index) => `X-${index}: 1`).join('\r\n');
    const many = await raw(`GET /livez HTTP/1.1\r\nHost: ${host()}\r\n${lines}\r\nConnection: close\r\n\r\n`);
    expect(problemOf(many)).toMatchObject(refusal(431, 'request_too_large'));
  });

  it('something that is no HTTP', async () => {
    expect(problemOf(await raw('\u0016\u0003\u0001 hello\r\n\r\n'))).toMatchObject(
      refusal(405, 'method_not_allowed'),
    );
    expect(problemOf(await raw('GET / HTTP/1.1\r\nHost: a b\r\nbad header\r\n\r\n'))).toMatchObject(
      refusal(400, 'invalid_request'),
    );
  });

  it('answers JSON to who wants XML, and English to who says nothing usable', async () => {
    const wrong = async (headers: Record<string, string>) =>
      told(await api.fetch('/v1/tasks?limit=0', { headers }));
    expect(problemOf(await wrong({ accept: 'application/xml' }))).toMatchObject(
      refusal(400, 'invalid_request'),
    );
    const detail = async (language: string) => {
      const answer = await wrong({ 'accept-language': language });
      return (JSON.parse(answer.body) as Problem).detail;
    };
    expect(await detail('zh-CN;q=9,<script>')).toBe('"limit" has to be at least 1.');
    expect(await detail('fr')).toBe('"limit" has to be at least 1.');
    expect(await detail('en;q=0.5, zh-CN')).toBe('"limit" 不能小于 1。');
    expect(await detail('zh')).toBe('"limit" 不能小于 1。');
    const response = await api.fetch('/v1/nothing', { headers: { 'accept-language': 'zh-CN' } });
    expect(response.headers.get('content-language')).toBe('zh-CN');
    expect(response.headers.get('vary')).toContain('Accept-Language');
  });
});
