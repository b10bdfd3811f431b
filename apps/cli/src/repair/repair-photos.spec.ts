import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProgressLines } from './progress-lines.js';
import { repairPhotos } from './repair-photos.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A task as the API shows it, as far as the command line looks at it. */
function view(status: string, more: object = {}) {
  const urls = { self: '/v1/tasks/t1', original: '/v1/tasks/t1/original', result: '/v1/tasks/t1/result' };
  const waits = { queue_position: null, delayed_by: null };
  return { id: 't1', status, ...waits, progress: null, error: null, engine: null, urls, ...more };
}

describe('repairPhotos against an HTTP server that plays the API', () => {
  let dir: string;
  let server: Server;
  let url: string;
  let routes: Record<string, Answer[]>;
  let uploads: string[];
  let keys: (string | string[] | undefined)[];
  let lines: string[];
  let callers: string[];

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'repair-'));
    routes = {};
    uploads = [];
    keys = [];
    lines = [];
    callers = [];
    const cookie = 'photo_repair_visitor=prv_1; Path=/; HttpOnly';
    routes['POST /v1/session'] = [json(200, { kind: 'visitor' }, { 'set-cookie': cookie })];
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('latin1').on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const route = `${request.method} ${request.url}`;
        callers.push(`${route} ${request.headers.authorization ?? request.headers.cookie ?? 'nobody'}`);
        if (route === 'POST /v1/tasks') {
          uploads.push(body);
          keys.push(request.headers['idempotency-key']);
        }
        const answers = routes[route] ?? [];
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer) answer(request, response, body);
        else response.writeHead(500).end(`unexpected ${route}`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true });
  });

  const json =
    (status: number, body: object, headers: Record<string, string> = {}): Answer =>
    (_, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));

  function run(
    names: string[],
    options: { parameters?: Record<string, unknown>; signal?: AbortSignal; apiKey?: string } = {},
  ) {
    const photos = names.map((name) => {
      const photo = join(dir, name);
      writeFileSync(photo, `pixels of ${name}`);
      return photo;
    });
    return repairPhotos(
      photos.map((photo) => ({ photo, type: 'person' })),
      {
        url,
        apiKey: options.apiKey,
        outDir: join(dir, 'out'),
        overwrite: false,
        parameters: options.parameters ?? {},
        progress: new ProgressLines(photos, (line) => lines.push(line)),
        signal: options.signal ?? new AbortController().signal,
      },
    );
  }

  it('sends a photo, follows its task and saves the result', async () => {
    routes['POST /v1/tasks'] = [json(202, view('queued', { queue_position: 2 }))];
    routes['GET /v1/tasks/t1'] = [
      json(200, view('running', { progress: { stage: 'running', percent: 50 } })),
      json(200, view('succeeded')),
    ];
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    const [outcome] = await run(['奶奶.jpg'], { parameters: { size: 640 } });
    expect(outcome).toMatchObject({ problem: undefined, saved: join(dir, 'out', '奶奶_restored.png') });
    expect(readFileSync(outcome?.saved ?? '', 'utf8')).toBe('a png');
    expect(readdirSync(join(dir, 'out'))).toEqual(['奶奶_restored.png']);
    expect(Buffer.from(uploads[0] ?? '', 'latin1').toString()).toContain('filename="奶奶.jpg"');
    expect(uploads[0]).toContain('pixels of');
    expect(uploads[0]).toContain('{"size":640}');
    expect(lines.join('\n')).toContain('in the queue, place 2');
    expect(lines.join('\n')).toContain('colouring 50 %');
  });

  it('sends no further photo once the API has said that there is no such task type', async () => {
    const problem = { code: 'unknown_task_type', detail: 'Task types are: person.' };
    routes['POST /v1/tasks'] = [json(422, problem)];
    const names = Array.from({ length: 40 }, (_, index) => `${index}.jpg`);
    await expect(run(names)).rejects.toMatchObject({ code: problem.code, message: problem.detail });
    expect(uploads.length).toBeLessThanOrEqual(8);
  });

  it('is one visitor from the first photo on, whose cookie every request carries', async () => {
    routes['POST /v1/tasks'] = [json(202, view('succeeded'))];
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    await run(['a.jpg', 'b.jpg']);
    expect(callers.filter((caller) => caller.startsWith('POST /v1/session'))).toEqual([
      'POST /v1/session nobody',
    ]);
    const others = callers.filter((caller) => !caller.startsWith('POST /v1/session'));
    expect(others).toHaveLength(4);
    for (const caller of others) expect(caller).toMatch(/ photo_repair_visitor=prv_1$/);
  });

  it('uses the API key that it is given, and is no visitor then', async () => {
    routes['POST /v1/tasks'] = [json(202, view('succeeded'))];
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    await run(['a.jpg'], { apiKey: 'prk_1' });
    expect(callers).toEqual(['POST /v1/tasks Bearer prk_1', 'GET /v1/tasks/t1/result Bearer prk_1']);
  });

  it('sends no photo before it knows who it is, and waits for that', async () => {
    const session = routes['POST /v1/session']![0]!;
    routes['POST /v1/session'] = [(request) => request.socket.destroy(), session];
    routes['POST /v1/tasks'] = [json(202, view('failed'))];
    await run(['a.jpg']);
    expect(callers.map((caller) => caller.split(' ')[1])).toEqual([
      '/v1/session',
      '/v1/session',
      '/v1/tasks',
    ]);
  });

  it('says what the API found wrong, and goes on with the other photos', async () => {
    const problem = {
      detail: 'This file is not a jpg, png or bmp.',
      errors: [{ pointer: '/image', message: 'is a gif' }],
    };
    routes['POST /v1/tasks'] = [json(415, problem), json(202, view('succeeded'))];
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    const outcomes = await run(['a.jpg', 'b.jpg']);
    const problems = outcomes.map((outcome) => outcome.problem).sort((one) => (one === undefined ? 1 : -1));
    expect(problems).toEqual(['This file is not a jpg, png or bmp. (/image: is a gif)', undefined]);
  });

  it('tells why a task failed', async () => {
    routes['POST /v1/tasks'] = [json(202, view('queued'))];
    routes['GET /v1/tasks/t1'] = [
      json(200, view('failed', { error: { code: 'out_of_memory', message: 'The GPU is full.' } })),
    ];
    const [outcome] = await run(['a.jpg']);
    expect(outcome).toMatchObject({ saved: undefined, problem: 'The GPU is full.' });
  });

  it('waits while the queue is full, and sends the photo once it is taken', async () => {
    routes['POST /v1/tasks'] = [
      json(503, { detail: 'The queue is full.' }, { 'retry-after': '0.05' }),
      json(202, view('succeeded')),
    ];
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    const [outcome] = await run(['a.jpg']);
    expect(outcome?.problem).toBeUndefined();
    expect(uploads).toHaveLength(2);
    expect(lines).toContain('a.jpg: waiting: The queue is full.');
  });

  it('outlasts an API that drops connections while a photo waits', async () => {
    routes['POST /v1/tasks'] = [json(202, view('queued'))];
    routes['GET /v1/tasks/t1'] = [(request) => request.socket.destroy(), json(200, view('succeeded'))];
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    const [outcome] = await run(['a.jpg']);
    expect(outcome?.problem).toBeUndefined();
  });

  it('sends a photo whose answer got lost again under the same key, and every photo under its own', async () => {
    const answers: Answer[] = [(request) => request.socket.destroy(), json(202, view('succeeded'))];
    routes['POST /v1/tasks'] = answers;
    routes['GET /v1/tasks/t1/result'] = [(_, response) => response.end('a png')];
    const [first] = await run(['a.jpg']);
    const [second] = await run(['b.jpg']);
    expect([first?.problem, second?.problem]).toEqual([undefined, undefined]);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it.each([
    ['expired', 'It waited too long'],
    ['cancelled', 'It was cancelled'],
  ])('says in words that a task is %s', async (status, words) => {
    routes['POST /v1/tasks'] = [json(202, view('queued', { delayed_by: 'broker_unreachable' }))];
    routes['GET /v1/tasks/t1'] = [json(200, view(status))];
    const [outcome] = await run(['a.jpg']);
    expect(outcome?.saved).toBeUndefined();
    expect(outcome?.problem).toContain(words);
    expect(lines).toContain('a.jpg: stored, waiting for the queue to come back');
  });

  it('fetches a result once more whose download broke off, and leaves no half one', async () => {
    const breaksOff: Answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => request.socket.destroy());
    };
    const isGone = json(404, { detail: 'There is nothing here.' });
    routes['POST /v1/tasks'] = [json(202, view('succeeded'))];
    routes['GET /v1/tasks/t1/result'] = [breaksOff, (_, response) => response.end('a png')];
    const [outcome] = await run(['a.jpg']);
    expect(readFileSync(outcome?.saved ?? '', 'utf8')).toBe('a png');
    routes['GET /v1/tasks/t1/result'] = [breaksOff, isGone];
    const [erased] = await run(['b.jpg']);
    expect(erased).toMatchObject({ saved: undefined, problem: 'The API answered 404.' });
    expect(readdirSync(join(dir, 'out'))).toEqual(['a_restored.png']);
  });

  it('sends eight at once and no more', async () => {
    let open = 0;
    let most = 0;
    let letGo = () => {};
    const eightAreOpen = new Promise<void>((resolve) => (letGo = resolve));
    const answerLater = async (...[request, response, body]: Parameters<Answer>) => {
      open += 1;
      most = Math.max(most, open);
      if (open === 8) letGo();
      await eightAreOpen;
      await sleep(50);
      open -= 1;
      json(202, view('failed'))(request, response, body);
    };
    routes['POST /v1/tasks'] = [(...call) => void answerLater(...call)];
    const outcomes = await run(Array.from({ length: 20 }, (_, index) => `${index}.jpg`));
    expect(outcomes).toHaveLength(20);
    expect(most).toBe(8);
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    routes['POST /v1/tasks'] = [json(202, view('queued'))];
    routes['GET /v1/tasks/t1'] = [
      (request, response) => {
        json(200, view('queued'))(request, response, '');
        abort.abort(new Error('enough'));
      },
    ];
    await expect(run(['a.jpg'], { signal: abort.signal })).rejects.toThrow('enough');
  });
});
