import type { LiveTopic, TaskView } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { LiveApi, topicOf } from './live-api.js';
import { Watcher } from './watcher.js';

describe('the live socket', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let owner: string;

  beforeAll(async () => {
    live = new LiveApi(await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' }));
    owner = await live.ownerOf(live.api);
  });

  afterAll(() => live.api.remove());

  const open = async () => Watcher.open(live.url, await live.api.headers());

  it('tells a task as it is, then each step with its number', async () => {
    const task = await live.task(owner);
    const watcher = await open();
    watcher.subscribe({ topic: topicOf('task', task.id) });
    await watcher.until(() => expect(watcher.of('snapshot')).toHaveLength(1));
    const [snapshot] = watcher.of('snapshot');
    expect(snapshot).toMatchObject({
      complete: true,
      counts: null,
      tasks: [{ id: task.id, status: 'queued' }],
    });
    await live.tell(task, 'started');
    await live.tell(task, 'succeeded');
    await watcher.until(() => expect(watcher.of('step').at(-1)?.task.status).toBe('succeeded'));
    const steps = watcher.of('step').filter(({ seq }) => seq > snapshot!.seq);
    expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, index) => snapshot!.seq + 1 + index));
    expect(steps.at(-1)!.entry).toMatchObject({ step: 'succeeded', status: 'succeeded', by: 'w' });
    expect(steps.at(-1)!.task).toEqual(await live.api.task(task.id));
  });

  it('tells an album with its counts, and a photo that is added', async () => {
    const album = await live.album(owner);
    await live.task(owner, album.id);
    const watcher = await open();
    const topic = topicOf('album', album.id);
    watcher.subscribe({ topic });
    await watcher.until(() =>
      expect(watcher.of('snapshot')[0]?.counts).toMatchObject({ total: 1, queued: 1 }),
    );
    const added = await live.task(owner, album.id);
    await live.tell(added, 'started');
    await watcher.until(() =>
      expect(watcher.of('step').at(-1)?.counts).toMatchObject({ total: 2, queued: 1, running: 1 }),
    );
    expect(watcher.of('step').every((step) => step.topic === topic)).toBe(true);
  });

  it('tells the new places of those who wait, and of nobody else', async () => {
    const tasks: { id: string; type: string }[] = [];
    for (let count = 0; count < 6; count += 1) tasks.push(await live.task(owner, null, 'building'));
    const last = tasks.at(-1)!;
    const watcher = await open();
    const state = watcher.follow(topicOf('task', last.id));
    await watcher.until(() => expect(state.tasks.get(last.id)?.queue_position).toBe(6));
    await live.tell(tasks[0]!, 'started');
    await live.tell(tasks[1]!, 'started');
    await watcher.until(() => expect(state.tasks.get(last.id)?.queue_position).toBe(4));
    const told = watcher.of('places').flatMap(({ places }) => places);
    expect(told.map(({ queue_position: place }) => place).at(-1)).toBe(4);
    expect(new Set(told.map(({ id }) => id))).toEqual(new Set([last.id]));
  });

  it('tells what holds a photo up also where nothing but time has changed it', async () => {
    const task = await live.task(owner, null, 'building');
    const watcher = await open();
    const state = watcher.follow(topicOf('task', task.id));
    // Nobody is said to be missing in the first seconds of an API.
    await watcher.until(() => expect(state.tasks.get(task.id)?.delayed_by).toBe('no_worker'), 25_000);
    expect((await live.api.task(task.id)).delayed_by).toBe('no_worker');
  });

  it('goes on where a client was', async () => {
    const task = await live.task(owner);
    const first = await open();
    const topic = topicOf('task', task.id);
    first.subscribe({ topic });
    await first.until(() => expect(first.of('snapshot')).toHaveLength(1));
    const { seq: after } = first.of('snapshot')[0]!;
    first.socket.terminate();
    await live.tell(task, 'started');
    await live.tell(task, 'failed');
    const second = await open();
    second.subscribe({ topic, after });
    await second.until(() => expect(second.of('step').at(-1)?.task.status).toBe('failed'));
    expect(second.told[0]).toMatchObject({ event: 'resumed', data: { topic } });
    expect(second.of('snapshot')).toEqual([]);
    const seqs = second.of('step').map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => after + 1 + index));
  });

  it.each([-1, 1e18, 0.5, 'x', null, {}, 4_000])(
    'answers a number that cannot be (%j) with a snapshot',
    async (after) => {
      const task = await live.task(owner);
      const watcher = await open();
      watcher.send({ event: 'subscribe', data: { topic: topicOf('task', task.id), after } });
      await watcher.until(() => expect(watcher.of('snapshot')).toHaveLength(1));
      expect(watcher.errors).toEqual([]);
    },
  );

  it('tells what is foreign and what nobody knows in the same way, and nothing afterwards', async () => {
    const stranger = await Watcher.open(live.url, await live.api.visitor().headers());
    const album = await live.album(owner);
    const task = await live.task(owner, album.id);
    const topics: LiveTopic[] = [
      topicOf('album', album.id),
      topicOf('task', task.id),
      topicOf('album', crypto.randomUUID()),
      topicOf('task', crypto.randomUUID()),
      'task:../x',
    ];
    for (const topic of topics) stranger.subscribe({ topic });
    await stranger.until(() => expect(stranger.told).toHaveLength(topics.length));
    const words = stranger.of('error').map(({ code, message }) => ({ code, message }));
    expect(new Set(words.map((word) => JSON.stringify(word))).size).toBe(1);
    expect(words[0]!.code).toBe('not_found');
    const mine = await open();
    const state = mine.follow(topicOf('task', task.id));
    await live.tell(task, 'started');
    await mine.until(() => expect(state.tasks.get(task.id)?.status).toBe('running'));
    expect(stranger.told).toHaveLength(topics.length);
  });

  it('stops telling what is not wanted any more', async () => {
    const [task, other] = [await live.task(owner), await live.task(owner)];
    const watcher = await open();
    watcher.subscribe({ topic: topicOf('task', task.id) }, { topic: topicOf('task', other.id) });
    await watcher.until(() => expect(watcher.of('snapshot')).toHaveLength(2));
    watcher.unsubscribe(topicOf('task', task.id));
    await watcher.until(() =>
      expect(watcher.of('unsubscribed')).toEqual([{ topic: topicOf('task', task.id) }]),
    );
    await live.tell(task, 'started');
    await live.tell(other, 'started');
    await watcher.until(() => expect(watcher.of('step').map(({ task: { id } }) => id)).toContain(other.id));
    const view: TaskView = await live.api.task(task.id);
    expect(view.status).toBe('running');
    expect(
      watcher
        .of('step')
        .some((step) => step.topic === topicOf('task', task.id) && step.task.status === 'running'),
    ).toBe(false);
  });

  it('tells progress of what runs, the latest', async () => {
    const task = await live.task(owner);
    const watcher = await open();
    const state = watcher.follow(topicOf('task', task.id));
    await live.tell(task, 'started');
    await watcher.until(() => expect(state.tasks.get(task.id)?.status).toBe('running'));
    for (const percent of [10, 20, 30]) {
      const progress = { stage: 'running', percent };
      const base = { version: 1, taskId: task.id, taskType: task.type, at: new Date().toISOString() };
      const event = { ...base, attempt: 1, run: 1, worker: 'w', kind: 'progress', progress };
      await vhost.publish('photo_repair.events', `progress.${task.type}`, Buffer.from(JSON.stringify(event)));
    }
    await watcher.until(() =>
      expect(watcher.of('progress').at(-1)?.progress).toEqual({ stage: 'running', percent: 30 }),
    );
    expect((await live.api.task(task.id)).progress).toEqual({ stage: 'running', percent: 30 });
  });
});
