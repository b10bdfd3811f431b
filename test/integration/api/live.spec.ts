import type { LiveMessage, TaskEvent, TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';

/** What workers tell is played by hand here; the API, its database and RabbitMQ are real. */
describe('the live socket', () => {
  const vhost = withVhost();
  let api: TestApi;
  let photo: Buffer;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    api = await TestApi.start({ AMQP_URL: vhost.url });
    await vi.waitFor(async () => expect((await fetch(`${api.url}/readyz`)).status).toBe(200), {
      timeout: 15_000,
    });
  });

  afterAll(() => api.remove());

  async function submit(type = 'person'): Promise<string> {
    return ((await (await api.submit(photo, 'a.jpg', { type })).json()) as TaskView).id;
  }

  async function tell(taskId: string, kind: 'started' | 'failed', taskType = 'person'): Promise<void> {
    const base = {
      version: 1,
      taskId,
      taskType,
      at: new Date().toISOString(),
      attempt: 1,
      run: 1,
      worker: 'w',
    } as const;
    const event: TaskEvent =
      kind === 'failed'
        ? { ...base, kind, failure: { code: 'bad_image', message: 'no' } }
        : { ...base, kind };
    await vhost.publish('photo_repair.events', `state.${taskType}`, Buffer.from(JSON.stringify(event)), {
      persistent: true,
    });
  }

  /** An open socket, and everything that it was told of each task: `status` or `#place`. */
  async function open(): Promise<{ socket: WebSocket; told: Map<string, string[]>; errors: string[] }> {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/v1/live`);
    onTestFinished(() => socket.terminate());
    const told = new Map<string, string[]>();
    const errors: string[] = [];
    socket.on('message', (frame: Buffer) => {
      const message = JSON.parse(frame.toString()) as LiveMessage;
      if (message.event === 'error') return void errors.push(message.data.code);
      const { id, status, queue_position: place } = message.data;
      told.set(id, [...(told.get(id) ?? []), place === null ? status : `#${place}`]);
    });
    await new Promise((resolve) => socket.on('open', resolve));
    return { socket, told, errors };
  }

  const watch = (socket: WebSocket, ids: string[]) =>
    socket.send(JSON.stringify({ event: 'watch', data: { task_ids: ids } }));

  it('tells a task at once, then each change, and each new place in line', async () => {
    const [first, second, third] = [await submit(), await submit(), await submit()];
    const { socket, told } = await open();
    watch(socket, [first, third]);
    await vi.waitFor(() => expect(Object.fromEntries(told)).toEqual({ [first]: ['#1'], [third]: ['#3'] }));
    await tell(first, 'started');
    await vi.waitFor(() => expect(told.get(third)).toEqual(['#3', '#2']), { timeout: 5000 });
    await tell(second, 'started');
    await tell(second, 'failed');
    await tell(first, 'failed');
    await vi.waitFor(() => expect(told.get(first)).toEqual(['#1', 'running', 'failed']), { timeout: 5000 });
    await vi.waitFor(() => expect(told.get(third)).toEqual(['#3', '#2', '#1']), { timeout: 5000 });
    expect(told.has(second)).toBe(false);
  });

  it('tells two pages the same, and neither what the other watches alone', async () => {
    const [both, mine] = [await submit('building'), await submit('building')];
    const [one, two] = [await open(), await open()];
    watch(one.socket, [both, mine]);
    watch(two.socket, [both]);
    await vi.waitFor(() => expect([one.told.size, two.told.size]).toEqual([2, 1]));
    await tell(both, 'started', 'building');
    for (const { told } of [one, two]) {
      await vi.waitFor(() => expect(told.get(both)).toEqual(['#1', 'running']), { timeout: 5000 });
    }
    expect(two.told.has(mine)).toBe(false);
  });

  it('answers nonsense with an error, and goes on', async () => {
    const id = await submit();
    const { socket, told, errors } = await open();
    for (const frame of ['', 'x', '{}', '[]', 'null', '{"event":"drop"}']) socket.send(frame);
    for (const data of [null, 5, { task_ids: 'all' }, { task_ids: ['../x'] }]) {
      socket.send(JSON.stringify({ event: 'watch', data }));
    }
    const tooMany = Array.from({ length: 1001 }, () => crypto.randomUUID());
    watch(socket, tooMany);
    watch(socket, [id]);
    await vi.waitFor(() => expect(told.get(id)).toHaveLength(1));
    expect(errors).toEqual(['malformed', 'malformed', 'malformed', 'malformed', 'too_many']);
  });

  it('ends a socket that sends more than a page ever would', async () => {
    const { socket } = await open();
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send('x'.repeat(65 * 1024));
    expect(await closed).toBe(1009);
  });
});
