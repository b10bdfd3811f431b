import type { LiveMessage, TaskView, WorkerStatus } from '@app/contracts';
import { WorkerStatusPublisher } from '@app/messaging';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import type { TaskChange } from '../../../apps/api/src/tasks/task-step.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { newTask } from '../api/sample-tasks.js';
import { LiveApi, topicOf } from '../live/live-api.js';
import { Watcher } from '../live/watcher.js';
import { startPublisher } from '../messaging/test-worker.js';
import { AsyncApi, LIVE_SCHEMAS } from './async-api.js';

const WORKER: WorkerStatus = {
  version: 1,
  kind: 'worker',
  worker: 'worker-1',
  process: '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40',
  taskTypes: ['person'],
  concurrency: 1,
  lookahead: 0,
  running: [],
  engines: [],
  tap: 'open',
  closedBecause: null,
  at: new Date().toISOString(),
};
const PICTURE = { width: 512, height: 600, bytes: 3000, sha256: 'a'.repeat(64) };
const RESULT = { key: 'results/a.png', mediaType: 'image/png', ...PICTURE };
const ENGINE = { name: 'built-in', version: '1', colouring: 'preview' };

describe('live frames, by asyncapi.yaml', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let doc: AsyncApi;
  let owner: string;

  beforeAll(async () => {
    doc = await AsyncApi.read();
    live = new LiveApi(await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' }));
    owner = await live.ownerOf(live.api);
    await vi.waitFor(async () => expect(await live.api.ready()).toBe(true), { timeout: 20_000 });
  });

  afterAll(() => live.api.remove());

  /** What a worker tells, in full. */
  async function tell(task: { id: string; type: string }, change: Record<string, unknown>): Promise<void> {
    const base = { version: 1, taskId: task.id, taskType: task.type, at: new Date().toISOString() };
    const from = { attempt: 1, run: 1, worker: 'worker-1', gpu: 'NVIDIA GeForce RTX 3090' };
    const told = { ...base, ...from, ...change } as unknown as TaskChange;
    const stored = await live.api.app.get(TasksStore, { strict: false }).apply(told);
    if (stored === undefined) throw new Error(`The task did not take ${JSON.stringify(change)}.`);
    live.api.app.get(TaskChanges, { strict: false }).stored(stored);
  }

  /** What estimates are made by: some that took half a minute each. */
  async function finishSome(): Promise<void> {
    for (let index = 0; index < 8; index += 1) {
      const task = await live.task(owner);
      const startedAt = Date.now() - 600_000 + index * 40_000;
      await tell(task, { kind: 'started', at: new Date(startedAt).toISOString() });
      const at = new Date(startedAt + 30_000).toISOString();
      await tell(task, { kind: 'succeeded', at, result: RESULT, engine: ENGINE });
    }
  }

  /** One of a higher level comes, and goes before those that wait. */
  async function jumpTheLine(): Promise<void> {
    const urgent = newTask({ ownerId: owner, priority: 5 });
    const stored = await live.api.app.get(TasksStore, { strict: false }).insert(urgent);
    if (typeof stored === 'string') throw new Error(`The task was not recorded: ${stored}.`);
    live.api.app.get(TaskChanges, { strict: false }).stored(stored);
  }

  /** Sends a request that the document describes. */
  function ask(watcher: Watcher, request: { event: string; data: unknown }): void {
    doc.expectValid(request.event, request);
    watcher.send(request);
  }

  it('are as they are described, each of them and each of their fields', async () => {
    const watcher = await Watcher.open(live.url, await live.api.headers());
    const album = await live.album(owner);
    const album1 = topicOf('album', album.id);
    await finishSome();
    const uploaded = await upload(live.api);
    const fails = await live.task(owner, album.id);
    for (let count = 0; count < 12; count += 1) await live.task(owner, album.id);
    const inLine = await live.task(owner, album.id);
    ask(watcher, { event: 'subscribe', data: { topic: album1 } });
    ask(watcher, {
      event: 'subscribe',
      data: {
        topics: [{ topic: topicOf('task', uploaded.id) }, { topic: topicOf('task', inLine.id), after: 1 }],
      },
    });
    await watcher.until(() => {
      expect(watcher.of('snapshot').length).toBeGreaterThanOrEqual(2);
      expect(watcher.of('resumed')).toHaveLength(1);
    });

    await tell(fails, { kind: 'started' });
    await watcher.until(() => expect(steppedTo(watcher, fails.id)).toContain('running'));
    const progress = { stage: 'running', percent: 40 };
    const running = { version: 1, taskId: fails.id, taskType: fails.type, at: new Date().toISOString() };
    const event = { ...running, attempt: 1, run: 1, worker: 'worker-1', kind: 'progress', progress };
    await vhost.publish('photo_repair.events', `progress.${fails.type}`, Buffer.from(JSON.stringify(event)));
    await watcher.until(() => expect(watcher.of('progress')).not.toEqual([]));
    const failure = { code: 'bad_output', message: 'Black.', node: { id: '6', type: 'DDColor_Colorize' } };
    await tell(fails, { kind: 'retrying', failure, retryAfterMs: 60_000, counted: true });
    await watcher.until(() =>
      expect(watcher.of('step')).toContainEqual(
        expect.objectContaining({ task: expect.objectContaining({ retry_at: expect.any(String) }) }),
      ),
    );
    await tell(fails, { kind: 'started', run: 2, attempt: 2 });
    await tell(fails, { kind: 'failed', run: 2, attempt: 2, failure });

    await tell(uploaded, { kind: 'started' });
    await tell(uploaded, { kind: 'succeeded', result: RESULT, engine: ENGINE });
    await watcher.until(() => expect(succeeded(watcher.told)).toHaveLength(1));
    expect(succeeded(watcher.told)[0]).toMatchObject({ adjusted: [{ name: 'size', sent: 500, used: 512 }] });

    await jumpTheLine();
    const { publisher } = await startPublisher(vhost, ['person'], 'w');
    const statuses = new WorkerStatusPublisher(publisher);
    const tellPlaces = (status: Partial<WorkerStatus>, place: object) =>
      watcher.until(() => {
        statuses.publishWorkerStatus({ ...WORKER, ...status, at: new Date().toISOString() });
        const places = watcher.of('places').flatMap(({ places: of }) => of);
        expect(places).toContainEqual(expect.objectContaining(place));
      });
    await tellPlaces({}, { estimate: expect.anything(), moved_back_by: 'priority' });
    const short = { tap: 'closed', closedBecause: 'gpu_memory', gpuMemoryUsedPercent: 91 } as const;
    await tellPlaces(short, { delayed_by: 'gpu_memory', gpu_memory_used_percent: 91 });
    const late = await Watcher.open(live.url, await live.api.headers());
    ask(late, { event: 'subscribe', data: { topic: album1 } });
    await late.until(() => expect(late.of('snapshot')).toHaveLength(1));

    ask(watcher, { event: 'unsubscribe', data: { topics: [{ topic: topicOf('task', uploaded.id) }] } });
    await watcher.until(() => expect(watcher.of('unsubscribed')).toHaveLength(1));
    ask(watcher, { event: 'subscribe', data: { topic: topicOf('task', crypto.randomUUID()) } });
    watcher.send('no JSON');
    await watcher.until(() => expect(watcher.errors.toSorted()).toEqual(['malformed', 'not_found']));
    await live.api.fetch(`/v1/tasks/${inLine.id}`, { method: 'DELETE' });
    await watcher.until(() =>
      expect(watcher.of('erased')).toContainEqual(expect.objectContaining({ topic: album1 })),
    );

    for (const frame of [...watcher.told, ...late.told]) doc.expectValid(frame.event, frame);
    const told = new Set([...watcher.told, ...late.told].map(({ event: of }) => of));
    const described = doc.messagesOf('live').filter((name) => !['subscribe', 'unsubscribe'].includes(name));
    expect(told).toEqual(new Set(described));
    expect(doc.unseen(LIVE_SCHEMAS)).toEqual([]);
  });
});

async function upload(api: TestApi): Promise<TaskView> {
  const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
  const fields = { type: 'person', size: '500', client_ref: 'box 3, page 12' };
  const response = await api.submit(photo, 'photo.jpg', fields);
  expect(response.status).toBe(202);
  return (await response.json()) as TaskView;
}

/** The states that steps of a task have shown it in. */
function steppedTo(watcher: Watcher, id: string): string[] {
  return watcher.of('step').flatMap(({ task }) => (task.id === id ? [task.status] : []));
}

function succeeded(told: readonly LiveMessage[]): TaskView[] {
  const tasks = told.flatMap((message) => (message.event === 'step' ? [message.data.task] : []));
  return tasks.filter(({ status }) => status === 'succeeded');
}
