import type { Settlement } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { RETRY, SAMPLE_FAILURE, sampleTask } from './samples.js';
import { gate, LONG_DELAYS_MS, startPublisher, startWorker } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';

describe('a worker whose connection is cut while a task runs', () => {
  const vhost = withVhost();

  it.each<[string, Settlement, Record<string, number>]>([
    ['done', { kind: 'done' }, { [QUEUE]: 0, 'photo_repair.retry_after.600s': 0, 'photo_repair.parking': 0 }],
    [
      'to be tried again',
      { ...RETRY, delayMs: 2000 },
      { [QUEUE]: 0, 'photo_repair.retry_after.600s': 1, 'photo_repair.parking': 0 },
    ],
    [
      'to be parked',
      { kind: 'park', failure: SAMPLE_FAILURE },
      { [QUEUE]: 0, 'photo_repair.retry_after.600s': 0, 'photo_repair.parking': 1 },
    ],
  ])('runs it once and settles it as %s when it comes again', async (_, settlement, places) => {
    const { release, runs, worker } = await cutWhileRunning(settlement);
    release.open(settlement);
    await vhost.expectReady(places);
    // What is not acknowledged comes back when the worker ends.
    await worker.server.close();
    await vhost.expectReady(places);
    expect(runs()).toBe(1);
    // The worker lives, and nobody takes it for dead.
    expect([...worker.ledgers.entries.values()]).toMatchObject([{ run: 1, crashes: 0, holder: null }]);
    for (const queue of Object.keys(places)) await (await vhost.channel()).purgeQueue(queue);
  });

  async function cutWhileRunning(settlement: Settlement) {
    const release = gate<Settlement>();
    let runs = 0;
    const name = `cut-${settlement.kind}`;
    const worker = await startWorker(
      vhost,
      () => {
        runs++;
        return release.opened;
      },
      // A second slot is free, and still nothing is begun.
      { name, concurrency: 2, retryDelaysMs: LONG_DELAYS_MS },
    );
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    await expect.poll(() => runs, { timeout: 15_000 }).toBe(1);

    await vhost.closeConnections(`${name}-consume`);
    // The worker is back and has its channel, yet takes nothing while the old task runs.
    await expect.poll(() => worker.server.problem, { timeout: 15_000 }).not.toBeNull();
    await worker.server.whenReady(15_000);
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(runs).toBe(1);
    return { release, runs: () => runs, worker };
  }
});

describe('a worker that loses what it needs', () => {
  const vhost = withVhost();

  it('takes tasks again after its queue was deleted under it', async () => {
    const ran: string[] = [];
    const { server } = await startWorker(vhost, async ({ message }) => {
      ran.push(message.taskId);
      return { kind: 'done' };
    });
    await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, { timeout: 15_000 }).toBe(1);
    await (await vhost.channel()).deleteQueue(QUEUE);
    await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, { timeout: 15_000 }).toBe(1);

    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task);
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([task.taskId]);
    expect(server.problem).toBeNull();
  });

  it('takes tasks again after its connections were closed by force', async () => {
    const ran: string[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ message }) => {
        ran.push(message.taskId);
        return { kind: 'done' };
      },
      { name: 'cut' },
    );
    await vhost.closeConnections('cut-publish');
    await vhost.closeConnections('cut-consume');
    await expect.poll(() => server.problem, { timeout: 15_000 }).not.toBeNull();
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task);
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([task.taskId]);
  });

  it('settles a task when it can publish again, not before', async () => {
    const { server, publisher } = await startWorker(
      vhost,
      async () => ({
        kind: 'park',
        failure: SAMPLE_FAILURE,
      }),
      { name: 'parker' },
    );
    const { tasks } = await startPublisher(vhost);
    await (await vhost.channel()).deleteExchange('photo_repair.parking');
    await tasks.publishTask(sampleTask());
    // The broker closes the publishing channel over the missing exchange; it comes back with the exchange declared.
    await vhost.expectReady({ 'photo_repair.parking': 1, [QUEUE]: 0 });
    expect(publisher.problem).toBeNull();
    await server.close();
    await vhost.expectReady({ 'photo_repair.parking': 1, [QUEUE]: 0 });
  });
});
