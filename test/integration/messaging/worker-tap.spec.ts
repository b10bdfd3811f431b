import type { Settlement } from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { TcpRelay } from './tcp-relay.js';
import { TestTap } from './test-tap.js';
import { gate, startPublisher, startWorker } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';
const WHY = 'no engine answers';

describe.each([
  ['one task type', ['person']],
  ['several task types', ['person', 'building']],
])('the tap of a worker for %s', (_, taskTypes) => {
  const vhost = withVhost();

  it('keeps every task in its queue while it is closed, for workers whose tap is open', async () => {
    const tap = new TestTap(WHY);
    const ran: string[] = [];
    const start = (name: string, options: { gate?: TestTap }) =>
      startWorker(
        vhost,
        async ({ message }) => {
          ran.push(`${name} ${message.taskId}`);
          return { kind: 'done' };
        },
        { taskTypes, name, ...options },
      );
    const idle = await start('idle', { gate: tap });
    expect(idle.server.problem).toBeNull();
    expect(idle.server.tapClosedBecause).toBe(WHY);

    const { tasks } = await startPublisher(vhost, taskTypes);
    const [first, second] = [sampleTask(), sampleTask()];
    await tasks.publishTask(first);
    await vhost.expectReady({ [QUEUE]: 1 });
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 1, consumers: 0 });
    expect(ran).toEqual([]);

    const other = await start('other', {});
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([`other ${first.taskId}`]);
    await other.server.close();
    await tasks.publishTask(second);
    await vhost.expectReady({ [QUEUE]: 1 });

    tap.turn(null);
    await expect.poll(() => ran.slice(1), { timeout: 15_000 }).toEqual([`idle ${second.taskId}`]);
    expect(idle.server.tapClosedBecause).toBeNull();
    await idle.server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('lets go on what runs when it closes, and takes nothing after it', async () => {
    const tap = new TestTap();
    const begun: string[] = [];
    const releases = [gate<Settlement>(), gate<Settlement>()];
    const { server } = await startWorker(
      vhost,
      ({ message }) => releases[begun.push(message.taskId) - 1]!.opened,
      { taskTypes, gate: tap },
    );
    const { tasks } = await startPublisher(vhost, taskTypes);
    const [first, second] = [sampleTask(), sampleTask()];
    await tasks.publishTask(first);
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual([first.taskId]);
    tap.turn(WHY);
    await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, { timeout: 15_000 }).toBe(0);
    await tasks.publishTask(second);
    releases[0]!.open({ kind: 'done' });
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(0);
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 1, consumers: 0 });

    tap.turn(null);
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual([first.taskId, second.taskId]);
    releases[1]!.open({ kind: 'done' });
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('gives back at once what was on its way when it closed', async () => {
    const relay = await TcpRelay.to(vhost.url);
    onTestFinished(() => relay.close());
    const tap = new TestTap();
    const begun: object[] = [];
    const start = (name: string, options: { gate?: TestTap; url?: string }) =>
      startWorker(
        vhost,
        async ({ message: { taskId }, attempt, crashCount }) => {
          begun.push({ name, taskId, attempt, crashCount });
          return { kind: 'done' };
        },
        { taskTypes, name, ...options },
      );
    const closing = await start('closing', { gate: tap, url: relay.url });
    await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, { timeout: 15_000 }).toBe(1);
    const { tasks } = await startPublisher(vhost, taskTypes);
    const task = sampleTask();
    relay.hold();
    await tasks.publishTask(task);
    await vhost.expectReady({ [QUEUE]: 0 });
    tap.turn(WHY);
    relay.forward();
    await vhost.expectReady({ [QUEUE]: 1 });
    await start('other', {});
    await expect
      .poll(() => begun, { timeout: 15_000 })
      .toEqual([{ name: 'other', taskId: task.taskId, attempt: 1, crashCount: 0 }]);
    expect(closing.server.runningCount).toBe(0);
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('never lets more in than there are places, however often it is turned', async () => {
    const tap = new TestTap();
    const begun: string[] = [];
    const releases = Array.from({ length: 6 }, () => gate<Settlement>());
    const { server } = await startWorker(
      vhost,
      ({ message }) => releases[begun.push(message.taskId) - 1]!.opened,
      { taskTypes, gate: tap, concurrency: 2 },
    );
    const { tasks } = await startPublisher(vhost, taskTypes);
    const all = releases.map(() => sampleTask());
    await tasks.publishTask(all[0]!);
    await expect.poll(() => begun.length, { timeout: 15_000 }).toBe(1);
    tap.turn(WHY);
    await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, { timeout: 15_000 }).toBe(0);
    for (const task of all.slice(1)) await tasks.publishTask(task);
    await vhost.expectReady({ [QUEUE]: 5 });

    tap.turn(null);
    for (let ended = 0; ended < all.length; ended++) {
      const inHand = Math.min(ended + 2, all.length);
      await expect.poll(() => begun.length, { timeout: 15_000 }).toBe(inHand);
      await vhost.expectReady({ [QUEUE]: all.length - inHand });
      releases[ended]!.open({ kind: 'done' });
    }
    expect(begun).toEqual(all.map(({ taskId }) => taskId));
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });
});
