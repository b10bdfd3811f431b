import { ArtifactStore } from '@app/artifact-store';
import type { TaskView, WorkerView } from '@app/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { photoOf } from '../backup/small-system.js';

const PATIENTLY = { timeout: 15_000 };

/** A worker of a version that is yet to come tells of words, kinds and fields that this API does not know. */
describe('beside a newer worker, the API', () => {
  const vhost = withVhost();
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: vhost.url, QUEUE_TIMEOUT: '0' });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), PATIENTLY);
  });
  afterAll(() => api.remove());

  async function submitted(index: number): Promise<string> {
    return ((await (await api.submit(await photoOf(index), `photo-${index}.png`)).json()) as TaskView).id;
  }

  async function tell(taskId: string, kind: string, more: object = {}): Promise<void> {
    const at = new Date().toISOString();
    const run = {
      taskId,
      taskType: 'person',
      at,
      attempt: 1,
      run: 1,
      worker: 'w-newer',
      frame: { wood: 'oak' },
    };
    const body = Buffer.from(JSON.stringify({ version: 1, ...run, kind, ...more }));
    await vhost.publish('photo_repair.events', 'state.person', body, { persistent: true });
  }

  async function viewOf(id: string): Promise<TaskView> {
    return (await (await api.as('operator').fetch(`/v1/tasks/${id}`)).json()) as TaskView;
  }

  it('stores an outcome with an engine that it does not know, and has it as unknown', async () => {
    const id = await submitted(1);
    await tell(id, 'started');
    const data = await sharp({ create: { width: 49, height: 40, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const key = `results/${id}.0123456789abcdef.png`;
    const stored = await api.app.get<ArtifactStore>(ArtifactStore).put(key, data, 'image/png');
    const result = { key, mediaType: 'image/png', width: 49, height: 40, ...stored, dpi: 300 };
    const engine = { name: 'loom', version: '9', colouring: 'woven', threads: 4 };
    await tell(id, 'succeeded', { result, engine });
    await expect.poll(async () => (await viewOf(id)).status, PATIENTLY).toBe('succeeded');
    expect((await viewOf(id)).engine).toEqual({ name: 'unknown', version: '9' });
    const picture = await api.as('operator').fetch(`/v1/tasks/${id}/result`);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(data);
  });

  it('stores a failure with a code that it does not know, with the words of the worker', async () => {
    const id = await submitted(2);
    await tell(id, 'started');
    await tell(id, 'failed', { failure: { code: 'melted', message: 'The GPU has melted.' } });
    await expect.poll(async () => (await viewOf(id)).status, PATIENTLY).toBe('failed');
    expect((await viewOf(id)).error).toEqual({ code: 'unknown', message: 'The GPU has melted.' });
  });

  it('parks a kind that it does not know with the reason, and what is told after it counts', async () => {
    const id = await submitted(3);
    await tell(id, 'started');
    await tell(id, 'framed');
    await tell(id, 'requeued', { reason: 'moved_house' });
    await expect.poll(async () => (await viewOf(id)).status, PATIENTLY).toBe('queued');
    const { content, properties } = await vhost.take('photo_repair.parking');
    expect(JSON.parse(content.toString())).toMatchObject({ taskId: id, kind: 'framed' });
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed_message',
      'x-parked-error': expect.stringContaining('Cannot read the event: kind') as string,
      'x-original-queue': 'photo_repair.results',
    });
    await vhost.expectReady({ 'photo_repair.results': 0, 'photo_repair.parking': 0 });
  });

  it('knows that the worker is there, whatever it is at and why it takes nothing', async () => {
    const at = new Date().toISOString();
    const task = { taskId: crypto.randomUUID(), taskType: 'person', since: at, stage: 'framing' };
    const status = { process: crypto.randomUUID(), taskTypes: ['person'], concurrency: 1, lookahead: 0, at };
    const told = {
      ...status,
      running: [task],
      engines: [],
      tap: 'closed',
      closedBecause: 'tired',
      mood: 'sepia',
    };
    const body = Buffer.from(JSON.stringify({ version: 1, kind: 'worker', worker: 'w-newer', ...told }));
    await expect
      .poll(async () => {
        await vhost.publish('photo_repair.events', 'worker.status', body);
        const answer = await api.as('operator').fetch('/v1/admin/workers');
        return ((await answer.json()) as { items: WorkerView[] }).items;
      }, PATIENTLY)
      .toMatchObject([
        { worker: 'w-newer', tap: 'closed', closed_because: null, running: [{ stage: 'running' }] },
      ]);
  });
});
