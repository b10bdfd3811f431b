import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { EventReader } from './event-reader.js';
import { LiveApi } from './live-api.js';

describe('the event stream', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let owner: string;

  beforeAll(async () => {
    const settings = { AMQP_URL: vhost.url, RATE_LIMIT: '0', LIVE_MAX_SOCKETS_PER_CALLER: '10' };
    live = new LiveApi(await TestApi.start(settings));
    owner = await live.ownerOf(live.api);
  });

  afterAll(() => live.api.remove());

  it('tells a task to its end, and ends with it', async () => {
    const task = await live.task(owner);
    const stream = await EventReader.open(live.api, `/v1/tasks/${task.id}/events`);
    expect(stream.header('content-type')).toContain('text/event-stream');
    expect(stream.header('cache-control')).toBe('no-store');
    expect(stream.header('x-accel-buffering')).toBe('no');
    await stream.until(() => expect(stream.of('snapshot')[0]?.tasks[0]?.id).toBe(task.id));
    await live.tell(task, 'started');
    await live.tell(task, 'succeeded');
    await stream.until(() => expect(stream.ended).toBe(true));
    const { id, message } = stream.events.at(-1)!;
    const last = await live.api.task(task.id);
    expect(message).toMatchObject({ event: 'step', data: { task: last } });
    expect(id).toBe(String(last.seq));
    expect(stream.retryMs).toBeGreaterThanOrEqual(2000);
    const again = await live.api.fetch(`/v1/tasks/${task.id}/events`, { headers: { 'Last-Event-ID': id! } });
    expect(again.status).toBe(204);
  });

  it('goes on after the last event that a client has got', async () => {
    const task = await live.task(owner);
    const first = await EventReader.open(live.api, `/v1/tasks/${task.id}/events`);
    await first.until(() => expect(first.events.length).toBeGreaterThan(0));
    const { id } = first.events.findLast((event) => event.id !== undefined)!;
    first.close();
    await live.tell(task, 'started');
    await live.tell(task, 'failed');
    const second = await EventReader.open(live.api, `/v1/tasks/${task.id}/events`, { 'Last-Event-ID': id! });
    await second.until(() => expect(second.ended).toBe(true));
    expect(second.of('snapshot')).toEqual([]);
    const seqs = second.of('step').map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => Number(id) + 1 + index));
    expect(second.of('step').at(-1)!.task.status).toBe('failed');
  });

  it.each(['-1', '1e18', 'x', '999999'])('begins anew after %j, which it never sent', async (id) => {
    const task = await live.task(owner);
    const stream = await EventReader.open(live.api, `/v1/tasks/${task.id}/events`, { 'Last-Event-ID': id });
    await stream.until(() => expect(stream.of('snapshot')).toHaveLength(1));
  });

  it('tells all photos of an album and stays open', async () => {
    const album = await live.album(owner);
    const task = await live.task(owner, album.id);
    const stream = await EventReader.open(live.api, `/v1/albums/${album.id}/events`);
    await stream.until(() => expect(stream.of('snapshot')[0]?.counts?.total).toBe(1));
    await live.tell(task, 'started');
    await live.tell(task, 'succeeded');
    await live.task(owner, album.id);
    await stream.until(() =>
      expect(stream.of('step').at(-1)?.counts).toMatchObject({ total: 2, succeeded: 1 }),
    );
    expect(stream.ended).toBe(false);
  });

  it('answers what is foreign as what is unknown', async () => {
    const task = await live.task(owner);
    const album = await live.album(owner);
    const stranger = live.api.visitor();
    for (const path of [`tasks/${task.id}`, `tasks/${crypto.randomUUID()}`, `albums/${album.id}`]) {
      const answer = await stranger.fetch(`/v1/${path}/events`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    }
  });

  it('answers HEAD without a stream', async () => {
    const task = await live.task(owner);
    const answer = await live.api.fetch(`/v1/tasks/${task.id}/events`, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it('counts against what one caller may open', async () => {
    const task = await live.task(owner);
    const open = async () => EventReader.open(live.api, `/v1/tasks/${task.id}/events`);
    const streams = await Promise.all(Array.from({ length: 10 }, open));
    expect(streams.map(({ status }) => status)).toContain(200);
    const refused = await live.api.fetch(`/v1/tasks/${task.id}/events`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    for (const stream of streams) stream.close();
    await streams[0]!.until(async () => {
      const stream = await open();
      expect(stream.status).toBe(200);
      stream.close();
    });
  });
});
