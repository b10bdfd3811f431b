import type { TaskMessage } from '@app/contracts';
import { BrokerConnection, OverdueTaskSubscriber, type OverdueDecision } from '@app/messaging';
import { v7 as uuid } from 'uuid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { STOPPING_MS } from './foreign-subscriber.js';
import { sampleTask } from './samples.js';
import { startPublisher, startWorker, TestLedgers } from './test-worker.js';

const WORK = 'photo_repair.work.person';
const EXPIRED = 'photo_repair.expired';
const PARKING = 'photo_repair.parking';

/** The overdue tasks at an API instance. Closed when the test ends. */
async function startSubscriber(
  vhost: Vhost,
  decide: (message: TaskMessage) => Promise<OverdueDecision>,
  name = 'api-1',
) {
  const { topology, publisher, tasks } = await startPublisher(vhost, ['person'], name);
  const connection = new BrokerConnection({ url: vhost.url, name: `${name}-consume` });
  const subscriber = new OverdueTaskSubscriber({ connection, topology, publisher, name, decide });
  onTestFinished(async () => {
    await subscriber.close(STOPPING_MS);
    await connection.close();
  });
  await subscriber.whenReady(15_000);
  return { subscriber, tasks };
}

describe('an overdue task', () => {
  const vhost = withVhost();

  it('that has ended is gone', async () => {
    const asked: TaskMessage[] = [];
    const { tasks, subscriber } = await startSubscriber(vhost, async (message) => {
      asked.push(message);
      return 'ended';
    });
    const task = sampleTask();
    await tasks.publishTask(task, { deadlineAt: Date.now() + 1000 });
    await expect.poll(() => asked, { timeout: 15_000 }).toEqual([task]);
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [EXPIRED]: 0, [WORK]: 0, [PARKING]: 0 });
  });

  it('that somebody had begun is back in line, where it does not run out again', async () => {
    let isDecided = false;
    const { tasks, subscriber } = await startSubscriber(vhost, async () => {
      isDecided = true;
      return 'again';
    });
    const task = sampleTask();
    await tasks.publishTask(task, { deadlineAt: Date.now() + 500, priority: 3 });
    await expect.poll(() => isDecided, { timeout: 15_000 }).toBe(true);
    const { content, properties } = await vhost.take(WORK);
    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties).toMatchObject({ messageId: task.taskId, priority: 3, deliveryMode: 2 });
    expect(properties.expiration).toBeUndefined();
    // What it was published with is kept, so that a worker sees where another copy has overtaken it.
    expect(properties.headers).toMatchObject({ 'x-came-back': true, 'x-run': 0 });
    expect(properties.headers).not.toHaveProperty('x-deadline');
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [EXPIRED]: 0, [WORK]: 0, [PARKING]: 0 });
  });

  it('that nobody knows is parked with the reason', async () => {
    const { tasks, subscriber } = await startSubscriber(vhost, async () => 'unknown');
    const task = sampleTask();
    await tasks.publishTask(task, { deadlineAt: Date.now() + 500 });
    const { content, properties } = await vhost.take(PARKING);
    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'unknown',
      'x-parked-error': `Nobody knows the task ${task.taskId}, which waited too long.`,
      'x-parked-by': 'api-1',
      'x-original-queue': EXPIRED,
    });
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [EXPIRED]: 0, [WORK]: 0, [PARKING]: 0 });
  });

  it('of a type without a queue is parked, not tried for ever', async () => {
    const { subscriber } = await startSubscriber(vhost, async () => 'again');
    await vhost.publish('', EXPIRED, Buffer.from(JSON.stringify(sampleTask('landscape'))));
    const { properties } = await vhost.take(PARKING);
    expect(properties.headers).toMatchObject({
      'x-parked-error': "The task has to be run again, but there is no queue for 'landscape'.",
    });
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [EXPIRED]: 0, [WORK]: 0, [PARKING]: 0 });
  });

  it.each([['{"version":7}'], ['not JSON'], [JSON.stringify({ ...sampleTask(), taskId: 'x' })]])(
    'that cannot be read is parked, and the next one is decided: %s',
    async (body) => {
      const asked: string[] = [];
      const { tasks, subscriber } = await startSubscriber(vhost, async ({ taskId }) => {
        asked.push(taskId);
        return 'ended';
      });
      await vhost.publish('', EXPIRED, Buffer.from(body));
      const next = sampleTask();
      await tasks.publishTask(next, { deadlineAt: Date.now() });
      const { properties, content } = await vhost.take(PARKING);
      expect(content.toString()).toBe(body);
      expect(properties.headers).toMatchObject({
        'x-parked-reason': 'malformed_message',
        'x-parked-error': expect.stringContaining('Cannot read the overdue message') as string,
      });
      await expect.poll(() => asked, { timeout: 15_000 }).toEqual([next.taskId]);
      await subscriber.close(STOPPING_MS);
      await vhost.expectReady({ [EXPIRED]: 0, [PARKING]: 0 });
    },
  );
});

describe('a decision', () => {
  const vhost = withVhost();

  it('that fails is asked for again, with why in the problem, and the next task waits', async () => {
    const asked: string[] = [];
    let isAway = true;
    const { tasks, subscriber } = await startSubscriber(vhost, async ({ taskId }) => {
      asked.push(taskId);
      if (isAway) throw new Error('the database is locked');
      return 'ended';
    });
    const [first, second] = [sampleTask(), sampleTask()];
    await tasks.publishTask(first, { deadlineAt: Date.now() });
    await tasks.publishTask(second, { deadlineAt: Date.now() });
    await expect
      .poll(() => subscriber.problem, { timeout: 15_000 })
      .toMatch(
        /^the next overdue task could not be decided since \S+Z, in \d+ tries: the database is locked$/,
      );
    expect(new Set(asked)).toEqual(new Set([first.taskId]));
    isAway = false;
    await expect.poll(() => asked.at(-1), { timeout: 15_000 }).toBe(second.taskId);
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).toBeNull();
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [EXPIRED]: 0, [WORK]: 0, [PARKING]: 0 });
  });

  it('that was not made when the instance stops is left to the next one', async () => {
    let tries = 0;
    const first = await startSubscriber(vhost, () => {
      tries++;
      return Promise.reject(new Error('no database'));
    });
    const task = sampleTask();
    await first.tasks.publishTask(task, { deadlineAt: Date.now() });
    await expect.poll(() => tries, { timeout: 15_000 }).toBeGreaterThan(1);
    await first.subscriber.close();
    await vhost.expectReady({ [EXPIRED]: 1, [PARKING]: 0 });

    const asked: string[] = [];
    await startSubscriber(
      vhost,
      async ({ taskId }) => {
        asked.push(taskId);
        return 'ended';
      },
      'api-2',
    );
    await expect.poll(() => asked, { timeout: 15_000 }).toEqual([task.taskId]);
    await vhost.expectReady({ [EXPIRED]: 0 });
  });

  it('is asked for again after the connection was cut in the middle of it', async () => {
    const asked: string[] = [];
    let open = () => {};
    const cut = new Promise<void>((resolve) => (open = resolve));
    const { tasks, subscriber } = await startSubscriber(
      vhost,
      async ({ taskId }) => {
        asked.push(taskId);
        if (asked.length === 1) await cut;
        return 'ended';
      },
      'api-cut',
    );
    const task = sampleTask();
    await tasks.publishTask(task, { deadlineAt: Date.now() });
    await expect.poll(() => asked, { timeout: 15_000 }).toEqual([task.taskId]);
    await vhost.closeConnections('api-cut-consume');
    await expect.poll(() => subscriber.problem, { timeout: 15_000 }).not.toBeNull();
    open();
    await expect.poll(() => asked, { timeout: 15_000 }).toEqual([task.taskId, task.taskId]);
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [EXPIRED]: 0, [PARKING]: 0 });
  });
});

describe('a task that was begun in time and outlived its limit', () => {
  const vhost = withVhost();

  it('is run again when its worker dies, although the broker takes it for overdue', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const deadlineAt = Date.now() + 1500;
    const [begun, waiting] = [sampleTask(), sampleTask()];
    // A worker begins it: that is what it writes, and what the broker sees of it.
    const dying = await vhost.channel();
    await dying.prefetch(1);
    const taken: unknown[] = [];
    await dying.consume(WORK, (message) => taken.push(message));
    await tasks.publishTask(begun, { deadlineAt });
    await expect.poll(() => taken, { timeout: 15_000 }).toHaveLength(1);
    const holder = { process: uuid(), worker: 'dying' };
    const counts = { run: 1, settledRun: 0, failedAttempts: 0, crashes: 0 };
    await ledgers.write(begun.taskId, { version: 1, ...counts, holder, prompt: null });
    // It has the same limit and nobody begins it: when it is overdue, so is the one in the worker's hand.
    await tasks.publishTask(waiting, { deadlineAt });
    await vhost.expectReady({ [EXPIRED]: 1, [WORK]: 0 });

    const asked: string[] = [];
    const { subscriber } = await startSubscriber(vhost, async ({ taskId }) => {
      asked.push(taskId);
      return (await ledgers.read(taskId)) ? 'again' : 'ended';
    });
    await expect.poll(() => asked, { timeout: 15_000 }).toEqual([waiting.taskId]);
    await dying.close();
    await expect.poll(() => asked, { timeout: 15_000 }).toEqual([waiting.taskId, begun.taskId]);
    await vhost.expectReady({ [WORK]: 1, [EXPIRED]: 0, [PARKING]: 0 });

    const ran: object[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ message, attempt, run, crashCount }) => {
        ran.push({ message, attempt, run, crashCount });
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await expect
      .poll(() => ran, { timeout: 15_000 })
      .toEqual([{ message: begun, attempt: 1, run: 2, crashCount: 1 }]);
    await server.close();
    await subscriber.close(STOPPING_MS);
    expect(asked).toHaveLength(2);
    await vhost.expectReady({ [WORK]: 0, [EXPIRED]: 0, [PARKING]: 0 });
  });

  it('is not run twice where another copy has overtaken the overdue one', async () => {
    const ledgers = new TestLedgers();
    const { subscriber, tasks } = await startSubscriber(vhost, async () => 'again', 'api-2');
    const task = sampleTask();
    // Its first run was settled: the next copy was on its way when the worker died before the acknowledgement.
    const counts = { run: 1, settledRun: 1, failedAttempts: 1, crashes: 0 };
    await ledgers.write(task.taskId, { version: 1, ...counts, holder: null, prompt: null });
    await tasks.publishTask(task, { deadlineAt: Date.now() });
    await vhost.expectReady({ [WORK]: 1, [EXPIRED]: 0 });

    const ran: string[] = [];
    const next = sampleTask();
    const { server } = await startWorker(
      vhost,
      async ({ message }) => {
        ran.push(message.taskId);
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await tasks.publishTask(next);
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([next.taskId]);
    await server.close();
    await subscriber.close(STOPPING_MS);
    await vhost.expectReady({ [WORK]: 0, [EXPIRED]: 0, [PARKING]: 0 });
  });
});
