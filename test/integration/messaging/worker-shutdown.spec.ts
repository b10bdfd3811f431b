import type { Settlement } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { RETRY, sampleTask } from './samples.js';
import { gate, startPublisher, startWorker } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';

describe('a worker that is stopped', () => {
  const vhost = withVhost();

  it('finishes and settles what runs, takes nothing new, and leaves the rest', async () => {
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    await tasks.publishTask(sampleTask());
    const release = gate<Settlement>();
    let runs = 0;
    const { server } = await startWorker(
      vhost,
      () => {
        runs++;
        return release.opened;
      },
      { graceMs: 30_000 },
    );
    await expect.poll(() => runs, { timeout: 15_000 }).toBe(1);
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    await tasks.publishTask(sampleTask());
    await vhost.expectReady({ [QUEUE]: 2 });
    expect(closed).toBe(false);
    release.open({ kind: 'done' });
    await closing;
    expect(runs).toBe(1);
    expect(server.state).toBe('closed');
    await vhost.expectReady({ [QUEUE]: 2, 'photo_repair.parking': 0 });
    for (let i = 0; i < 2; i++) expect((await vhost.take(QUEUE)).fields.redelivered).toBe(false);
  });

  it('interrupts what does not end in time; that goes back as it was, without the mark of a crash', async () => {
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task, { priority: 1 });
    const { server, ledgers, events } = await startWorker(
      vhost,
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      { graceMs: 50 },
    );
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(1);
    await server.close();
    expect(events).toMatchObject([{ kind: 'requeued', reason: 'worker_stopping', run: 1 }]);
    expect(ledgers.entries.get(task.taskId)).toMatchObject({ run: 1, crashes: 0, holder: null });
    const { properties } = await vhost.take(QUEUE);
    expect(properties).toMatchObject({ messageId: task.taskId, priority: 1 });
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('still settles a task that ends because it was interrupted', async () => {
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    const { server } = await startWorker(
      vhost,
      ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'done' }))),
      { graceMs: 50 },
    );
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(1);
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('gives up a task whose handler listens to nothing', async () => {
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    const release = gate<Settlement>();
    const { server, ledgers, events } = await startWorker(vhost, () => release.opened, { graceMs: 50 });
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(1);
    await server.close();
    expect((await vhost.take(QUEUE)).fields.redelivered).toBe(true);
    // Its process lives: nobody shall take it for dead.
    expect([...ledgers.entries.values()]).toMatchObject([{ run: 1, crashes: 0, holder: null }]);
    expect(events).toMatchObject([{ kind: 'requeued', reason: 'worker_stopping' }]);
    // Too late: its settlement has nowhere to go, and must not go anywhere.
    release.open(RETRY);
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(0);
    await vhost.expectReady({
      [QUEUE]: 0,
      'photo_repair.retry_after.1s': 0,
      'photo_repair.retry_after.2s': 0,
    });
  });
});
