import { TaskFailure } from '@app/contracts';
import type { Settlement, TaskDelivery } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { SAMPLE_FAILURE, sampleTask } from './samples.js';
import { LONG_DELAYS_MS, startPublisher, startWorker } from './test-worker.js';

const EMPTY = {
  'photo_repair.work.person': 0,
  'photo_repair.retry.1s': 0,
  'photo_repair.retry.2s': 0,
  'photo_repair.expired': 0,
  'photo_repair.parking': 0,
  photo_repair_tasks: 0,
};

describe('a task that is done', () => {
  const vhost = withVhost();

  it('reaches the handler whole and is nowhere afterwards', async () => {
    const seen: TaskDelivery[] = [];
    const { server } = await startWorker(vhost, async (task) => {
      seen.push(task);
      return { kind: 'done' };
    });
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task);

    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(1);
    expect(seen[0]).toMatchObject({ message: task, attempt: 1, crashCount: 0 });
    expect(seen[0]?.signal.aborted).toBe(false);
    // What is not acknowledged comes back when the worker ends.
    await server.close();
    await vhost.expectReady(EMPTY);
    expect(seen).toHaveLength(1);
  });
});

describe('a task to try again', () => {
  const vhost = withVhost();

  it('comes back as the next attempt, not before the next longer retry level has passed', async () => {
    const seen: { attempt: number; at: number }[] = [];
    const settlements: Settlement[] = [{ kind: 'retry', delayMs: 600, failure: SAMPLE_FAILURE }];
    const { server } = await startWorker(vhost, async ({ attempt }) => {
      seen.push({ attempt, at: Date.now() });
      return settlements.shift() ?? { kind: 'done' };
    });
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());

    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(2);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(seen[1]!.at - seen[0]!.at).toBeGreaterThanOrEqual(950);
    await server.close();
    await vhost.expectReady(EMPTY);
  });

  it.each([
    ['the next longer level', 600_001, 'photo_repair.retry.1200s'],
    ['the longest level at most', 3_600_000, 'photo_repair.retry.1200s'],
    ['a level as long as asked for', 600_000, 'photo_repair.retry.600s'],
  ])(
    'waits in %s, keeps its id and priority, and no death records of the broker',
    async (_, delayMs, level) => {
      const retry: Settlement = { kind: 'retry', delayMs, failure: SAMPLE_FAILURE };
      const { server } = await startWorker(vhost, async () => retry, { retryDelaysMs: LONG_DELAYS_MS });
      const { tasks } = await startPublisher(vhost);
      const task = sampleTask();
      await tasks.publishTask(task, { priority: 2 });
      const waiting = await vhost.take(level);
      await server.close();

      expect(waiting.properties).toMatchObject({ messageId: task.taskId, priority: 2, deliveryMode: 2 });
      expect(waiting.properties.headers).toMatchObject({ 'x-attempt': 1, 'x-task-type': 'person' });
      expect(waiting.properties.headers).not.toHaveProperty('x-death');
      expect(waiting.fields.routingKey).toBe('person');
      expect(JSON.parse(waiting.content.toString())).toEqual(task);
    },
  );

  it('comes back to its own type after an operator moved it, whatever its routing key says', async () => {
    const seen: number[] = [];
    await startWorker(vhost, async ({ attempt }) => {
      seen.push(attempt);
      return attempt === 1 ? { kind: 'retry', delayMs: 0, failure: SAMPLE_FAILURE } : { kind: 'done' };
    });
    // The management page's "Move messages" publishes to the queue itself.
    await vhost.publish('', 'photo_repair.work.person', Buffer.from(JSON.stringify(sampleTask())));
    await expect.poll(() => seen, { timeout: 15_000 }).toEqual([1, 2]);
  });
});

describe('a task to park', () => {
  const vhost = withVhost();

  it('is kept once with the reason, at most 2 KB of it, and without its counts', async () => {
    const failure = { code: 'workflow_invalid' as const, message: `é${'é'.repeat(1999)}` };
    const { parked, server } = await startWorker(vhost, async () => ({ kind: 'park', failure }));
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task, { priority: 1 });
    await vhost.expectReady({ ...EMPTY, 'photo_repair.parking': 1 });
    const { properties, content } = await vhost.take('photo_repair.parking');

    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties).toMatchObject({ messageId: task.taskId, priority: 1 });
    const headers = properties.headers as Record<string, unknown>;
    expect(headers).toMatchObject({
      'x-parked-reason': 'workflow_invalid',
      'x-parked-attempts': 1,
      'x-parked-by': 'w1',
      'x-original-queue': 'photo_repair.work.person',
      'x-task-type': 'person',
    });
    expect(String(headers['x-parked-error'])).toBe('é'.repeat(1024));
    expect(new Date(String(headers['x-parked-at'])).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(headers).not.toHaveProperty('x-attempt');
    expect(headers).not.toHaveProperty('x-crash-count');
    // The handler decided it, so it has told about it already.
    expect(parked).toEqual([]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('a handler that fails', () => {
  const vhost = withVhost();

  it('has its task parked, and the owner told first', async () => {
    const depthWhenTold: unknown[] = [];
    const { parked } = await startWorker(
      vhost,
      async ({ message }) => {
        if (message.parameters['size'] === 1)
          throw new TaskFailure('storage_unavailable', 'the disk is full');
        if (message.parameters['size'] === 2) return undefined as unknown as Settlement;
        throw new Error('a bug');
      },
      {
        onParkedByServer: async (message) => {
          depthWhenTold.push((await vhost.queue('photo_repair.parking'))?.ready);
          parked.push(message);
        },
      },
    );
    const { tasks } = await startPublisher(vhost);
    for (const size of [1, 2, 3]) await tasks.publishTask({ ...sampleTask(), parameters: { size } });

    await vhost.expectReady({ ...EMPTY, 'photo_repair.parking': 3 });
    expect(parked.map(({ failure, attempt }) => ({ ...failure, attempt }))).toEqual([
      { code: 'storage_unavailable', message: 'the disk is full', attempt: 1 },
      {
        code: 'unknown',
        message: 'The task handler failed: the handler did not resolve to a settlement',
        attempt: 1,
      },
      { code: 'unknown', message: 'The task handler failed: a bug', attempt: 1 },
    ]);
    expect(depthWhenTold).toEqual([0, 1, 2]);
  });

  it('is not parked before the owner could be told', async () => {
    let calls = 0;
    const worker = await startWorker(vhost, () => Promise.reject(new Error('a bug')), {
      onParkedByServer: async () => {
        calls++;
        if (calls < 3) throw new Error('cannot publish the event');
      },
    });
    const parkedBefore = (await vhost.queue('photo_repair.parking'))!.ready;
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    await vhost.expectReady({ ...EMPTY, 'photo_repair.parking': parkedBefore + 1 });
    expect(calls).toBe(3);
    await worker.server.close();
    await vhost.expectReady({ ...EMPTY, 'photo_repair.parking': parkedBefore + 1 });
  });
});
