import type { Settlement, TaskDelivery } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { startPublisher, startWorker } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';

/** What the broker sees of a worker that dies while it holds a message: the message's channel ends without an ack. */
async function takeAndDie(vhost: Vhost, queue = QUEUE): Promise<void> {
  const channel = await vhost.channel();
  await expect.poll(() => channel.get(queue), { timeout: 15_000 }).toBeTruthy();
  await channel.close();
}

/** Runs until it is interrupted. */
function endless({ signal }: TaskDelivery): Promise<Settlement> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

describe('a task whose workers die', () => {
  const vhost = withVhost();

  it('is tried again with its crashes counted, and parked after the third; its neighbour is not charged', async () => {
    const { tasks } = await startPublisher(vhost);
    const killer = sampleTask();
    const neighbour = sampleTask();
    const ran: { taskId: string; crashCount: number; attempt: number }[] = [];

    await tasks.publishTask(killer, { priority: 2 });
    await tasks.publishTask(neighbour);
    for (const crashes of [1, 2]) {
      await takeAndDie(vhost);
      // A worker that only counts the crash, and stops before it runs anything.
      const { server } = await startWorker(vhost, endless, { name: `counting-${crashes}`, graceMs: 0 });
      // It publishes the task again with its count; the urgent one is in hand again when the neighbour waits.
      await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(1);
      await vhost.expectReady({ [QUEUE]: 1 });
      await server.close();
      await vhost.expectReady({ [QUEUE]: 2, 'photo_repair.parking': 0 });
    }
    await takeAndDie(vhost);

    const { parked, server } = await startWorker(vhost, async ({ message, crashCount, attempt }) => {
      ran.push({ taskId: message.taskId, crashCount, attempt });
      return { kind: 'done' };
    });
    const { properties } = await vhost.take('photo_repair.parking');
    expect(properties.messageId).toBe(killer.taskId);
    expect(properties.headers).toMatchObject({ 'x-parked-reason': 'worker_crashed', 'x-parked-attempts': 1 });
    expect(properties.headers).not.toHaveProperty('x-crash-count');
    expect(parked).toMatchObject([
      { message: killer, taskId: killer.taskId, failure: { code: 'worker_crashed' } },
    ]);
    await expect
      .poll(() => ran, { timeout: 15_000 })
      .toEqual([{ taskId: neighbour.taskId, crashCount: 0, attempt: 1 }]);
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0, 'photo_repair.expired': 0 });
  });

  it('runs with its count when it has died once, on the same attempt', async () => {
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task, { priority: 3 });
    await takeAndDie(vhost);
    const seen: object[] = [];
    const { server } = await startWorker(vhost, async ({ message, attempt, crashCount }) => {
      seen.push({ message, attempt, crashCount });
      return { kind: 'done' };
    });
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toEqual([{ message: task, attempt: 1, crashCount: 1 }]);
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });
});
