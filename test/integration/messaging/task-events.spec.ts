import { BrokerConnection, TaskEventSubscriber, type LiveEvent, type StateEvent } from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { sampleStarted, SAMPLE_FAILURE, sampleTask } from './samples.js';
import { startPublisher } from './test-worker.js';

const RESULTS = 'photo_repair.results';

async function startSubscriber(
  vhost: Vhost,
  on: {
    state?: (event: StateEvent) => Promise<void>;
    live?: (event: LiveEvent) => void;
    isPermanent?: (error: unknown) => boolean;
  },
  name = 'api-1',
) {
  const { topology, publisher, events } = await startPublisher(vhost, ['person'], name);
  const connection = new BrokerConnection({ url: vhost.url, name: `${name}-consume` });
  const subscriber = new TaskEventSubscriber({
    connection,
    topology,
    publisher,
    name,
    ...(on.isPermanent && { isPermanent: on.isPermanent }),
  });
  if (on.state) subscriber.onStateEvent(on.state);
  if (on.live) subscriber.onLive(on.live);
  onTestFinished(async () => {
    await subscriber.close();
    await connection.close();
  });
  await subscriber.whenReady(15_000);
  return { subscriber, events };
}

/** What an API instance tells the others. */
function sampleChanged(taskId: string) {
  return {
    version: 1 as const,
    kind: 'changed' as const,
    origin: '019a9c5e-0000-7c4c-9d0e-0d7c8f1b2a3c',
    taskId,
    taskType: 'person',
    albumId: null,
    seq: 2,
  };
}

describe('state events', () => {
  const vhost = withVhost();

  it('wait for an API instance, then are handled in order, one at a time, and are gone', async () => {
    const { events } = await startPublisher(vhost);
    const first = sampleStarted();
    await events.publish(first);
    await events.publish({
      ...first,
      kind: 'retrying',
      failure: SAMPLE_FAILURE,
      counted: true,
      retryAfterMs: 5000,
    });
    await events.publish({ ...first, kind: 'failed', attempt: 2, failure: SAMPLE_FAILURE });
    await vhost.expectReady({ [RESULTS]: 3 });
    expect((await vhost.queue('photo_repair.work.person'))?.ready).toBe(0);

    const handled: string[] = [];
    let atOnce = 0;
    const { subscriber } = await startSubscriber(vhost, {
      state: async (event) => {
        expect(++atOnce).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        handled.push(`${event.kind} ${event.attempt}`);
        atOnce--;
      },
    });
    await expect.poll(() => handled, { timeout: 15_000 }).toEqual(['started 1', 'retrying 1', 'failed 2']);
    await subscriber.close();
    await vhost.expectReady({ [RESULTS]: 0, 'photo_repair.parking': 0 });
  });

  it('are tried again in place when the handler fails, before any later one', async () => {
    const handled: number[] = [];
    const tries: number[] = [];
    const { events, subscriber } = await startSubscriber(vhost, {
      state: async ({ attempt }) => {
        tries.push(attempt);
        if (attempt === 1 && tries.length < 3) throw new Error('the database is locked');
        handled.push(attempt);
      },
    });
    const { taskId } = sampleStarted();
    for (const attempt of [1, 2, 3]) await events.publish(sampleStarted(taskId, attempt));
    await expect.poll(() => handled, { timeout: 15_000 }).toEqual([1, 2, 3]);
    expect(tries).toEqual([1, 1, 1, 2, 3]);
    await subscriber.close();
    await vhost.expectReady({ [RESULTS]: 0 });
  });

  it('that nobody could store stay in the queue when the instance stops', async () => {
    let tries = 0;
    const { events, subscriber } = await startSubscriber(vhost, {
      state: () => {
        tries++;
        return Promise.reject(new Error('no database'));
      },
    });
    await events.publish(sampleStarted());
    await events.publish(sampleStarted());
    await expect.poll(() => tries, { timeout: 15_000 }).toBeGreaterThan(1);
    await subscriber.close();
    await vhost.expectReady({ [RESULTS]: 2, 'photo_repair.parking': 0 });
    await (await vhost.channel()).purgeQueue(RESULTS);
  });

  it('that cannot be stored are told of, with since when and why, until they are', async () => {
    let isAway = true;
    const before = new Date().toISOString();
    const { events, subscriber } = await startSubscriber(vhost, {
      state: async () => {
        if (isAway) throw new Error('the database is locked');
      },
      // An error that may pass is none to park an event for.
      isPermanent: () => false,
    });
    expect(subscriber.problem).toBeNull();
    await events.publish(sampleStarted());
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).not.toBeNull();
    const told =
      /^the next event could not be stored since (\S+), in (\d+) tries: the database is locked$/.exec(
        subscriber.problem!,
      )!;
    expect(told[1]! >= before && told[1]! <= new Date().toISOString()).toBe(true);
    expect(Number(told[2])).toBeGreaterThanOrEqual(3);
    isAway = false;
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).toBeNull();
    await subscriber.close();
    await vhost.expectReady({ [RESULTS]: 0, 'photo_repair.parking': 0 });
  });

  it('that can never be stored are parked at once with the reason, and the next one is handled', async () => {
    const tries: number[] = [];
    const { events, subscriber } = await startSubscriber(vhost, {
      state: async ({ attempt }) => {
        tries.push(attempt);
        if (attempt === 1) throw new RangeError('value out of range for type integer');
      },
      isPermanent: (error) => error instanceof RangeError,
    });
    const { taskId } = sampleStarted();
    for (const attempt of [1, 2]) await events.publish(sampleStarted(taskId, attempt));
    const { content, properties } = await vhost.take('photo_repair.parking');
    expect(JSON.parse(content.toString())).toEqual(sampleStarted(taskId, 1));
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed_message',
      'x-parked-error': 'The event can never be stored: value out of range for type integer',
      'x-original-queue': RESULTS,
    });
    await expect.poll(() => tries, { timeout: 15_000 }).toEqual([1, 2]);
    await subscriber.close();
    await vhost.expectReady({ [RESULTS]: 0, 'photo_repair.parking': 0 });
  });

  it.each([
    ['{"version":7}', 'version 7'],
    [JSON.stringify(sampleStarted(undefined, 3_000_000_000)), 'attempt'],
    // Of a newer worker.
    [JSON.stringify({ ...sampleStarted(), kind: 'framed' }), 'kind'],
  ])('that cannot be read are parked, and the next one is handled: %s', async (body, problem) => {
    const handled: string[] = [];
    const { events } = await startSubscriber(vhost, {
      state: async ({ taskId }) => void handled.push(taskId),
    });
    await vhost.publish('photo_repair.events', 'state.person', Buffer.from(body), {
      messageId: 'm',
    });
    const good = sampleStarted();
    await events.publish(good);
    const { properties } = await vhost.take('photo_repair.parking');
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed_message',
      'x-parked-error': expect.stringContaining(problem) as string,
      'x-original-queue': RESULTS,
    });
    await expect.poll(() => handled, { timeout: 15_000 }).toEqual([good.taskId]);
    await vhost.expectReady({ [RESULTS]: 0, 'photo_repair.parking': 0 });
  });

  it("that name another task's picture as their result are parked, and the next one is handled", async () => {
    const handled: StateEvent[] = [];
    const { events } = await startSubscriber(vhost, { state: async (event) => void handled.push(event) });
    const succeeded = (key: string) => ({
      ...sampleStarted(taskId),
      kind: 'succeeded' as const,
      result: { ...sampleTask().image, key },
      engine: { name: 'comfyui', version: '0.3.45' } as const,
    });
    const { taskId } = sampleStarted();
    const own = succeeded(`results/${taskId}.0123456789abcdef.png`);
    await events.publish(succeeded(`results/${sampleStarted().taskId}.0123456789abcdef.png`));
    await events.publish(own);
    const { properties } = await vhost.take('photo_repair.parking');
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed_message',
      'x-parked-error': `Cannot read the event: the result is not that of the task ${taskId}.`,
    });
    await expect.poll(() => handled, { timeout: 15_000 }).toEqual([own]);
    await vhost.expectReady({ [RESULTS]: 0, 'photo_repair.parking': 0 });
  });

  it('come again after the connection was cut, and after the queue was deleted', async () => {
    const handled: number[] = [];
    const { events, subscriber } = await startSubscriber(
      vhost,
      { state: async ({ attempt }) => void handled.push(attempt) },
      'api-cut',
    );
    await vhost.closeConnections('api-cut-consume');
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).not.toBeNull();
    await events.publish(sampleStarted(undefined, 1));
    await expect.poll(() => handled, { timeout: 15_000 }).toEqual([1]);

    await (await vhost.channel()).deleteQueue(RESULTS);
    await expect.poll(async () => (await vhost.queue(RESULTS))?.consumers, { timeout: 15_000 }).toBe(1);
    await events.publish(sampleStarted(undefined, 2));
    await expect.poll(() => handled, { timeout: 15_000 }).toEqual([1, 2]);
  });
});

describe('live events', () => {
  const vhost = withVhost();

  it('reach every API instance, and no queue that lasts', async () => {
    const heard: [string, LiveEvent][] = [];
    const one = await startSubscriber(vhost, { live: (event) => void heard.push(['one', event]) }, 'api-1');
    await startSubscriber(vhost, { live: (event) => void heard.push(['two', event]) }, 'api-2');
    const progress = {
      ...sampleStarted(),
      kind: 'progress' as const,
      progress: { stage: 'running' as const, percent: 40 },
    };
    const changed = sampleChanged(progress.taskId);
    await one.events.publish(progress);
    one.events.publishChanged(changed);
    await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(4);
    for (const name of ['one', 'two']) {
      expect(heard.filter(([who]) => who === name).map(([, event]) => event)).toEqual([progress, changed]);
    }
    await vhost.expectReady({ [RESULTS]: 0 });
  });

  it('go on after a handler failed, an unreadable message, and a lost connection', async () => {
    const heard: string[] = [];
    const { events, subscriber } = await startSubscriber(
      vhost,
      {
        live: (event) => {
          if (event.kind === 'changed') heard.push(event.taskId);
          if (heard.length === 1) throw new Error('a bug');
        },
      },
      'api-3',
    );
    const ids = [sampleStarted().taskId, sampleStarted().taskId, sampleStarted().taskId];
    events.publishChanged(sampleChanged(ids[0]!));
    await vhost.publish('photo_repair.events', 'progress.person', Buffer.from('?'));
    events.publishChanged(sampleChanged(ids[1]!));
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual(ids.slice(0, 2));

    await vhost.closeConnections('api-3-consume');
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).not.toBeNull();
    await subscriber.whenReady(15_000);
    events.publishChanged(sampleChanged(ids[2]!));
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual(ids);
  });
});
