import { TaskFailure, type TaskLedger, type TaskMessage } from '@app/contracts';
import { LedgerUnreadable, TaskControlPublisher, type Settlement, type TaskDelivery } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { RETRY, sampleTask } from './samples.js';
import { gate, LONG_DELAYS_MS, startPublisher, startWorker, TestLedgers } from './test-worker.js';

const EMPTY = {
  'photo_repair.work.person': 0,
  'photo_repair.retry_after.1s': 0,
  'photo_repair.retry_after.2s': 0,
  'photo_repair.expired': 0,
  'photo_repair.parking': 0,
  photo_repair_tasks: 0,
};

/** Of a task that somebody has begun and let go of. */
const BEGUN: TaskLedger = {
  version: 1,
  run: 1,
  settledRun: 0,
  failedAttempts: 0,
  crashes: 0,
  holder: null,
  prompt: null,
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
    expect(seen[0]).toMatchObject({ message: task, attempt: 1, run: 1, crashCount: 0, earlierPrompt: null });
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
    const settlements: Settlement[] = [RETRY];
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
    ['the next longer level', 600_001, 'photo_repair.retry_after.1200s'],
    ['the longest level at most', 3_600_000, 'photo_repair.retry_after.1200s'],
    ['a level as long as asked for', 600_000, 'photo_repair.retry_after.600s'],
  ])(
    'waits in %s, keeps its id and priority, and no death records of the broker',
    async (_, delayMs, level) => {
      const retry: Settlement = { ...RETRY, delayMs };
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
      return attempt === 1 ? RETRY : { kind: 'done' };
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
    const { events, ledgers, server } = await startWorker(vhost, async () => ({ kind: 'park', failure }));
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
    expect(headers).not.toHaveProperty('x-run');
    await expect
      .poll(() => events)
      .toMatchObject([{ kind: 'failed', taskId: task.taskId, attempt: 1, run: 1, worker: 'w1', failure }]);
    // Moved back, it would have all its attempts again.
    expect(ledgers.entries.get(task.taskId)).toMatchObject({
      run: 1,
      settledRun: 1,
      failedAttempts: 0,
      holder: null,
    });
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('a handler that fails', () => {
  const vhost = withVhost();

  it('has its task parked, and the owner told first', async () => {
    const { events } = await startWorker(vhost, async ({ message }) => {
      if (message.parameters['size'] === 1) throw new TaskFailure('storage_unavailable', 'the disk is full');
      if (message.parameters['size'] === 2) return undefined as unknown as Settlement;
      throw new Error('a bug');
    });
    const { tasks } = await startPublisher(vhost);
    for (const size of [1, 2, 3]) await tasks.publishTask({ ...sampleTask(), parameters: { size } });

    await vhost.expectReady({ ...EMPTY, 'photo_repair.parking': 3 });
    const unknown = (message: string) => ({
      kind: 'failed',
      attempt: 1,
      failure: { code: 'unknown', message: `The task handler failed: ${message}` },
    });
    await expect
      .poll(() => events)
      .toMatchObject([
        { kind: 'failed', attempt: 1, failure: { code: 'storage_unavailable', message: 'the disk is full' } },
        unknown('the handler did not resolve to a settlement'),
        unknown('a bug'),
      ]);
  });

  it('is parked once, though its end cannot be told at once', async () => {
    const worker = await startWorker(vhost, async () => {
      // What is told from here on has nowhere to go.
      await (await vhost.channel()).deleteExchange('photo_repair.events');
      throw new Error('a bug');
    });
    const before = (await vhost.queue('photo_repair.parking'))!.ready;
    const told = (await vhost.queue('photo_repair.results'))!.ready;
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(sampleTask());
    // The broker closes the publishing channel over the missing exchange; it comes back with the exchange declared.
    await vhost.expectReady({
      ...EMPTY,
      'photo_repair.parking': before + 1,
      'photo_repair.results': told + 1,
    });
    await worker.server.close();
    expect((await vhost.queue('photo_repair.parking'))?.ready).toBe(before + 1);
  });
});

describe('what the server tells', () => {
  const vhost = withVhost();

  it('is how each run ended, with its run and attempt', async () => {
    const result = { ...sampleTask().image, key: 'results/a.png' };
    const engine = { name: 'comfyui', version: '0.3.45' } as const;
    const endings: Settlement[] = [
      { ...RETRY, counted: false, failure: { code: 'engine_unreachable', message: 'away' } },
      RETRY,
      { kind: 'succeeded', result, engine },
    ];
    const runs: object[] = [];
    const { events, server } = await startWorker(vhost, async ({ attempt, run }) => {
      runs.push({ attempt, run });
      return endings.shift()!;
    });
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    const { taskId } = task;
    await tasks.publishTask(task);
    await expect.poll(() => events.length, { timeout: 15_000 }).toBe(3);
    expect(runs).toEqual([
      { attempt: 1, run: 1 },
      { attempt: 1, run: 2 },
      { attempt: 2, run: 3 },
    ]);
    expect(events).toMatchObject([
      { kind: 'retrying', taskId, attempt: 1, run: 1, counted: false, retryAfterMs: 1000 },
      { kind: 'retrying', taskId, attempt: 1, run: 2, counted: true, failure: RETRY.failure },
      { kind: 'succeeded', taskId, attempt: 2, run: 3, result, engine },
    ]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('counts that a publisher made up', () => {
  const vhost = withVhost();

  it('change nothing: the ledger alone counts', async () => {
    const task = sampleTask();
    const seen: object[] = [];
    const { server } = await startWorker(vhost, async ({ attempt, crashCount }) => {
      seen.push({ attempt, crashCount });
      return attempt === 3 ? { kind: 'done' } : RETRY;
    });
    for (const headers of [{ 'x-attempt': 999, 'x-crash-count': 999 }]) {
      await vhost.publish('photo_repair.work', 'person', Buffer.from(JSON.stringify(task)), { headers });
    }
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(3);
    expect(seen).toEqual([1, 2, 3].map((attempt) => ({ attempt, crashCount: 0 })));
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('copies of one message', () => {
  const vhost = withVhost();

  it('do not run beside their successor: a copy from before a settlement is dropped', async () => {
    const runs: number[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ run }) => {
        runs.push(run);
        return RETRY;
      },
      { retryDelaysMs: LONG_DELAYS_MS },
    );
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task);
    await vhost.expectReady({ 'photo_repair.retry_after.600s': 1 });
    // The API did not see the confirm and published it again.
    await tasks.publishTask(task);
    const other = sampleTask();
    await tasks.publishTask(other);
    await vhost.expectReady({ 'photo_repair.retry_after.600s': 2, 'photo_repair.work.person': 0 });
    expect(runs).toEqual([1, 1]);
    await server.close();
    await vhost.expectReady({ 'photo_repair.retry_after.600s': 2, 'photo_repair.work.person': 0 });
  });
});

describe('a task that is moved back from parking', () => {
  const vhost = withVhost();

  it('is told as redriven and has all its attempts again; its other copies do nothing', async () => {
    const task = sampleTask();
    const seen: object[] = [];
    let repaired = false;
    const { events, ledgers, server } = await startWorker(vhost, async ({ attempt, run }) => {
      seen.push({ attempt, run });
      if (repaired) return { kind: 'done' };
      return attempt === 2 ? { kind: 'park', failure: RETRY.failure } : RETRY;
    });
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(task);
    const parked = await vhost.take('photo_repair.parking');
    repaired = true;
    // As the management page does it: to the queue by its name, everything else unchanged. And a second time.
    const again = async () =>
      vhost.publish('', 'photo_repair.work.person', parked.content, {
        ...parked.properties,
        headers: parked.properties.headers ?? {},
      });
    await again();
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(3);
    await again();
    await vhost.expectReady(EMPTY);
    expect(seen).toEqual([
      { attempt: 1, run: 1 },
      { attempt: 2, run: 2 },
      { attempt: 1, run: 4 },
    ]);
    expect(events.map(({ kind, run }) => ({ kind, run }))).toEqual([
      { kind: 'retrying', run: 1 },
      { kind: 'failed', run: 2 },
      { kind: 'redriven', run: 3 },
    ]);
    expect(ledgers.entries.get(task.taskId)).toMatchObject({ run: 4, settledRun: 3 });
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('a cancelled task', () => {
  const vhost = withVhost();

  it('leaves its queue without being run', async () => {
    const ledgers = new TestLedgers();
    const task = sampleTask();
    ledgers.cancelled.add(task.taskId);
    const ran: string[] = [];
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(task);
    const next = sampleTask();
    await tasks.publishTask(next);
    const { events, server } = await startWorker(
      vhost,
      async ({ message }) => {
        ran.push(message.taskId);
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([next.taskId]);
    expect(events).toMatchObject([{ kind: 'cancelled', taskId: task.taskId, run: 0, again: 0 }]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });

  it('has the prompt of an earlier run stopped, also where the engine cannot be asked', async () => {
    const ledgers = new TestLedgers();
    const task = sampleTask();
    const prompt = { id: crypto.randomUUID(), engine: 'http://127.0.0.1:1' };
    ledgers.cancelled.add(task.taskId);
    ledgers.entries.set(task.taskId, { ...BEGUN, prompt });
    const abandoned: unknown[] = [];
    const { events, server } = await startWorker(vhost, async () => ({ kind: 'done' }), {
      ledger: ledgers,
      abandonPrompt: async (left) => {
        abandoned.push(left);
        throw new Error('no answer');
      },
    });
    const { tasks } = await startPublisher(vhost);
    await tasks.publishTask(task);
    await expect.poll(() => events, { timeout: 15_000 }).toMatchObject([{ kind: 'cancelled', run: 1 }]);
    expect(abandoned).toEqual([prompt]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });

  it('is interrupted while it runs, and only if it bears the mark', async () => {
    const ledgers = new TestLedgers();
    const { tasks, publisher } = await startPublisher(vhost);
    const task = sampleTask();
    const { events, server } = await startWorker(
      vhost,
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      { ledger: ledgers },
    );
    await tasks.publishTask(task);
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(1);
    const control = new TaskControlPublisher(publisher);
    // Without the mark it is somebody's joke.
    control.cancel(task.taskId);
    control.cancel(sampleTask().taskId);
    ledgers.cancelled.add(task.taskId);
    control.cancel(task.taskId);
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(0);
    expect(events).toMatchObject([{ kind: 'cancelled', taskId: task.taskId, attempt: 1, run: 1 }]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('a task that is asked for once more while its cancelled run still ends', () => {
  const vhost = withVhost();

  it('is run anew, although the message for that came too early', async () => {
    const ledgers = new TestLedgers();
    const { tasks, publisher } = await startPublisher(vhost);
    const [task, another] = [sampleTask(), sampleTask()];
    const engine = gate();
    const begun: { taskId: string; run: number; signal: AbortSignal }[] = [];
    const handle = async ({ message, run, signal }: TaskDelivery): Promise<Settlement> => {
      begun.push({ taskId: message.taskId, run, signal });
      // The first run ends some time after it was told to.
      if (begun.length === 1) await engine.opened;
      signal.throwIfAborted();
      return { kind: 'done' };
    };
    const runsOf = (taskId: string) => begun.filter((each) => each.taskId === taskId).map(({ run }) => run);
    const { events } = await startWorker(vhost, handle, { ledger: ledgers });
    await tasks.publishTask(task);
    await expect.poll(() => runsOf(task.taskId), { timeout: 15_000 }).toEqual([1]);
    ledgers.cancelled.add(task.taskId);
    new TaskControlPublisher(publisher).cancel(task.taskId);
    await expect.poll(() => begun[0]?.signal.aborted, { timeout: 15_000 }).toBe(true);

    ledgers.cancelled.delete(task.taskId);
    const { server } = await startWorker(vhost, handle, { ledger: ledgers, name: 'w2' });
    await tasks.publishTask(task, { anew: true });
    await tasks.publishTask(another);
    await expect.poll(() => runsOf(another.taskId), { timeout: 15_000 }).toEqual([1]);
    expect(runsOf(task.taskId)).toEqual([1]);

    engine.open();
    await expect.poll(() => runsOf(task.taskId), { timeout: 15_000 }).toEqual([1, 3]);
    // Nothing of the cancellation: it is over.
    expect(events).toMatchObject([{ kind: 'redriven', run: 2 }]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('a task past its waiting limit', () => {
  const vhost = withVhost();
  const body = (task: TaskMessage) => Buffer.from(JSON.stringify(task));

  it('expires where it was never begun, and runs on where it was', async () => {
    const ledgers = new TestLedgers();
    const late = sampleTask();
    const begun = sampleTask();
    ledgers.entries.set(begun.taskId, BEGUN);
    const ran: object[] = [];
    const { events, server } = await startWorker(
      vhost,
      async ({ message, run }) => {
        ran.push({ taskId: message.taskId, run });
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    const headers = { 'x-run': 0, 'x-deadline': Date.now() - 1000 };
    for (const task of [late, begun])
      await vhost.publish('photo_repair.work', 'person', body(task), { headers });
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([{ taskId: begun.taskId, run: 2 }]);
    expect(events).toMatchObject([{ kind: 'expired', taskId: late.taskId, run: 0 }]);
    await server.close();
    await vhost.expectReady(EMPTY);
  });
});

describe('a task whose ledger nobody can read', () => {
  const vhost = withVhost();

  it('is set aside unchanged and keeps no other waiting', async () => {
    const ledgers = new TestLedgers();
    const broken = sampleTask();
    const read = ledgers.read.bind(ledgers);
    ledgers.read = (taskId) =>
      taskId === broken.taskId ? Promise.reject(new LedgerUnreadable('of version 2')) : read(taskId);
    const ran: string[] = [];
    const { events, server } = await startWorker(
      vhost,
      async ({ message }) => {
        ran.push(message.taskId);
        return { kind: 'done' };
      },
      { ledger: ledgers, retryDelaysMs: LONG_DELAYS_MS },
    );
    const { tasks } = await startPublisher(vhost);
    const next = sampleTask();
    await tasks.publishTask(broken, { deadlineAt: Date.now() + 600_000 });
    await tasks.publishTask(next);
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([next.taskId]);
    const { properties } = await vhost.take('photo_repair.retry_after.1200s');
    expect(properties).toMatchObject({ messageId: broken.taskId, headers: { 'x-run': 0 } });
    expect(properties.headers).toHaveProperty('x-deadline');
    expect(events).toEqual([]);
    await server.close();
    await vhost.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.parking': 0 });
  });
});
