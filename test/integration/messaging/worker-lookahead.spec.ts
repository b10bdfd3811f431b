import { TaskControlPublisher } from '@app/messaging';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { OneEngine } from './one-engine.js';
import { SAMPLE_FAILURE, sampleTask } from './samples.js';
import { TestTap } from './test-tap.js';
import { startPublisher, startWorker, TestLedgers, witness } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';
const PARKING = 'photo_repair.parking';
const SOON = { timeout: 15_000 };

describe.each([
  ['one task type', ['person']],
  ['several task types', ['person', 'building']],
])('a worker for %s that looks ahead', (_, taskTypes) => {
  const vhost = withVhost();

  it('by 0 leaves the next task to idle workers', async () => {
    const busy = await lookingAhead({ lookahead: 0 });
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.begun, SOON).toEqual([first]);
    const idle = await lookingAhead({ name: 'idle', ledger: busy.ledgers });
    await expect.poll(() => idle.engine.begun, SOON).toEqual([second]);
    expect(idle.engine.handled[0]!.delivery).toMatchObject({ run: 1, isAhead: false });
    expect(busy.engine.handled).toHaveLength(1);
    await endAll(busy, idle);
  });

  it('by 1 handles the next task at once, and has it begun in its turn', async () => {
    const busy = await lookingAhead({});
    const all = await busy.publish(3);
    await expect.poll(() => busy.engine.handled.map(({ taskId }) => taskId), SOON).toEqual(all.slice(0, 2));
    expect(busy.engine.handled.map(({ delivery }) => delivery.isAhead)).toEqual([false, true]);
    expect(busy.engine.begun).toEqual([all[0]]);
    // The one after it is within everybody's reach, and nothing consumes it.
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 1, consumers: 0 });
    busy.engine.handled[0]!.end();
    await expect.poll(() => busy.engine.begun, SOON).toEqual(all.slice(0, 2));
    expect(busy.engine.handled[1]!.delivery.isAhead).toBe(false);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(3);
    for (const { end } of busy.engine.handled) end();
    await expect.poll(() => busy.server.runningCount, SOON).toBe(0);
    expect(busy.engine.handled).toHaveLength(3);
    await endAll(busy);
  });

  it('handles the next task but one as soon as the engine is done with the first', async () => {
    const busy = await lookingAhead({});
    const all = await busy.publish(4);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    const [first, second] = busy.engine.handled;
    first!.delivery.leave();
    second!.delivery.begin();
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(3);
    expect(busy.engine.handled[2]!.delivery.isAhead).toBe(true);
    expect(busy.server.runningCount).toBe(3);
    // Two that are stored while none of them is settled: the second of them takes the place.
    second!.delivery.leave();
    second!.delivery.leave();
    await vhost.expectReady({ [QUEUE]: 1 });
    first!.end();
    await expect.poll(() => busy.engine.handled.map(({ taskId }) => taskId), SOON).toEqual(all);
    for (const { end } of busy.engine.handled) end();
    await endAll(busy);
  });

  it('gives what is ahead to a worker that becomes idle, and nothing is told of it', async () => {
    const busy = await lookingAhead({});
    const events = await witness(vhost);
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    await busy.engine.handled[1]!.delivery.rememberPrompt({ id: crypto.randomUUID(), engine: 'http://a:1' });
    const idle = await lookingAhead({ name: 'idle', ledger: busy.ledgers });
    await expect.poll(() => idle.engine.begun, { ...SOON, interval: 10 }).toEqual([second]);
    expect(busy.engine.givenUp).toEqual([`${second} TaskWithdrawn`]);
    expect(idle.engine.handled[0]!.delivery).toMatchObject({
      attempt: 1,
      run: 2,
      crashCount: 0,
      isAhead: false,
    });
    expect(() => busy.engine.handled[1]!.delivery.begin()).toThrow(
      'before its turn: another worker has nothing',
    );
    idle.engine.handled[0]!.end();
    await expect.poll(() => idle.server.runningCount, SOON).toBe(0);
    expect(busy.engine.begun).toEqual([first]);
    expect(events).toEqual([]);
    await endAll(busy, idle);
    expect([...busy.engine.handled, ...idle.engine.handled]).toHaveLength(3);
  });

  it('never gets a task ahead that an idle worker waits for', async () => {
    const busy = await lookingAhead({});
    const [first] = await busy.publish(1);
    await expect.poll(() => busy.engine.begun, SOON).toEqual([first]);
    await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, SOON).toBe(0);
    const idle = await lookingAhead({ name: 'idle', ledger: busy.ledgers });
    for (let round = 0; round < 50; round++) {
      await expect.poll(async () => (await vhost.queue(QUEUE))?.consumers, { ...SOON, interval: 5 }).toBe(1);
      const [next] = await busy.publish(1);
      await expect.poll(() => idle.engine.find(next!), { ...SOON, interval: 5 }).toBeDefined();
      idle.engine.find(next!)!.end();
      await expect.poll(() => idle.server.runningCount, { ...SOON, interval: 5 }).toBe(0);
    }
    expect(busy.engine.handled).toHaveLength(1);
    await endAll(busy, idle);
  });

  it('gives back what is ahead when it stops, and nobody is charged for that', async () => {
    const busy = await lookingAhead({ graceMs: 30_000 });
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    const closing = busy.server.close();
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(busy.engine.givenUp).toEqual([`${second} TaskWithdrawn`]);
    busy.engine.handled[0]!.end();
    await closing;
    expect(busy.engine.begun).toEqual([first]);
    expect(busy.ledgers.entries.get(second!)).toMatchObject({ run: 1, crashes: 0, holder: null });
    const other = await lookingAhead({ name: 'other', ledger: busy.ledgers });
    await expect.poll(() => other.engine.begun, SOON).toEqual([second]);
    expect(other.engine.handled[0]!.delivery).toMatchObject({ attempt: 1, run: 2, crashCount: 0 });
    await endAll(other);
  });

  it('gives back without an event what is ahead and does not listen when it stops', async () => {
    const busy = await lookingAhead({ deaf: true, graceMs: 50 });
    const [, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    busy.engine.handled[0]!.end();
    await busy.server.close();
    expect(busy.events).toEqual([]);
    expect(busy.ledgers.entries.get(second!)).toMatchObject({ run: 1, crashes: 0, holder: null });
    expect((await vhost.take(QUEUE)).properties.messageId).toBe(second);
    await vhost.expectReady({ [QUEUE]: 0, [PARKING]: 0 });
  });

  it('gives back what is ahead when its tap closes; what runs goes on', async () => {
    const tap = new TestTap();
    const busy = await lookingAhead({ gate: tap });
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    tap.turn('no engine answers');
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(busy.server.runningCount).toBe(1);
    expect(busy.engine.givenUp).toEqual([`${second} TaskWithdrawn`]);
    tap.turn(null);
    // The same worker may have it again.
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(3);
    expect(busy.engine.handled[2]!.delivery).toMatchObject({
      attempt: 1,
      run: 2,
      crashCount: 0,
      isAhead: true,
    });
    busy.engine.handled[0]!.end();
    await expect.poll(() => busy.engine.begun, SOON).toEqual([first, second]);
    await endAll(busy);
  });

  it('gives back what was ahead for too long, and takes it again', async () => {
    const busy = await lookingAhead({ aheadLimitMs: 300 });
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.givenUp.length, SOON).toBeGreaterThanOrEqual(2);
    expect(new Set(busy.engine.givenUp)).toEqual(new Set([`${second} TaskWithdrawn`]));
    busy.engine.handled[0]!.end();
    await expect.poll(() => busy.engine.begun, SOON).toEqual([first, second]);
    const runs = busy.engine.handled.map(({ taskId, delivery }) => [taskId, delivery.run]);
    expect(runs).toEqual([[first, 1], ...runs.slice(1).map((_, index) => [second, index + 1])]);
    busy.engine.find(second!)!.end();
    await expect.poll(() => busy.server.runningCount, SOON).toBe(0);
    expect(busy.events).toEqual([]);
    await endAll(busy);
  });

  it('puts what would expire on its way back at the end of the line instead, and tells nothing', async () => {
    const tap = new TestTap();
    const busy = await lookingAhead({ gate: tap });
    await busy.publish(1);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(1);
    const late = sampleTask();
    await busy.tasks.publishTask(late, { deadlineAt: Date.now() + 60_000 });
    await expect.poll(() => busy.engine.find(late.taskId), SOON).toBeDefined();
    const { now } = Date;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 57_000);
    onTestFinished(() => clock.mockRestore());
    tap.turn('no engine answers');
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(busy.events).toEqual([]);
    const { properties, fields } = await vhost.take(QUEUE);
    expect(fields.redelivered).toBe(false);
    expect(properties).toMatchObject({ messageId: late.taskId });
    expect(properties.expiration).toBeUndefined();
    await endAll(busy);
  });

  it('settles what ends by itself ahead of its turn', async () => {
    const busy = await lookingAhead({});
    const [first, second, third] = await busy.publish(3);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    busy.engine.handled[1]!.end({ kind: 'park', failure: SAMPLE_FAILURE });
    expect((await vhost.take(PARKING)).properties.messageId).toBe(second);
    await expect.poll(() => busy.events, SOON).toMatchObject([{ kind: 'failed', taskId: second, run: 1 }]);
    await expect.poll(() => busy.engine.find(third!), SOON).toBeDefined();
    expect(busy.engine.begun).toEqual([first]);
    await endAll(busy);
  });

  it('ends what is ahead and was cancelled', async () => {
    const busy = await lookingAhead({});
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    busy.ledgers.cancelled.add(second!);
    new TaskControlPublisher(busy.publisher).cancel(second!);
    await expect.poll(() => busy.events, SOON).toMatchObject([{ kind: 'cancelled', taskId: second, run: 0 }]);
    expect(busy.engine.givenUp).toEqual([`${second} TaskCancelled`]);
    expect(busy.engine.begun).toEqual([first]);
    await endAll(busy);
  });

  it('gives up what is ahead with its channel, and handles that again when what ran has ended', async () => {
    const busy = await lookingAhead({});
    const [first, second] = await busy.publish(2);
    await expect.poll(() => busy.engine.handled.length, SOON).toBe(2);
    await vhost.closeConnections('ahead-consume');
    await expect.poll(() => busy.server.problem, SOON).not.toBeNull();
    await busy.server.whenReady(15_000);
    await vhost.expectReady({ [QUEUE]: 2 });
    expect(busy.engine.givenUp).toEqual([`${second} TaskWithdrawn`]);
    expect(busy.engine.handled).toHaveLength(2);
    busy.engine.handled[0]!.end();
    await expect.poll(() => busy.engine.begun, SOON).toEqual([first, second]);
    expect(busy.engine.find(second!)!.delivery).toMatchObject({ run: 2, crashCount: 0 });
    busy.engine.find(second!)!.end();
    await expect.poll(() => busy.server.runningCount, SOON).toBe(0);
    expect(busy.engine.handled).toHaveLength(3);
    await endAll(busy);
  });

  interface Options {
    name?: string;
    lookahead?: number;
    gate?: TestTap;
    ledger?: TestLedgers;
    aheadLimitMs?: number;
    graceMs?: number;
    /** The handler hears of nothing. */
    deaf?: boolean;
  }

  async function lookingAhead({ deaf = false, ledger: ledgers = new TestLedgers(), ...options }: Options) {
    const engine = new OneEngine();
    const worker = await startWorker(
      vhost,
      (delivery) => engine.handle(deaf ? deafened(delivery) : delivery),
      { taskTypes, name: 'ahead', lookahead: 1, ...options, ledger: ledgers },
    );
    const { tasks } = await startPublisher(vhost, taskTypes);
    const publish = async (count: number): Promise<string[]> => {
      const all = Array.from({ length: count }, () => sampleTask());
      for (const task of all) await tasks.publishTask(task);
      return all.map(({ taskId }) => taskId);
    };
    return { ...worker, ledgers, engine, tasks, publish };
  }

  /** Lets each worker end what it has, and looks whether anything is left of it. */
  async function endAll(...workers: Awaited<ReturnType<typeof lookingAhead>>[]): Promise<void> {
    for (const { engine, server } of workers) {
      for (const { end } of engine.handled) end();
      await expect.poll(() => server.runningCount, SOON).toBe(0);
      await server.close();
    }
    await vhost.expectReady({ [QUEUE]: 0, [PARKING]: 0 });
  }
});

function deafened<T extends { signal: AbortSignal; isAhead: boolean }>(delivery: T): T {
  return { ...delivery, signal: new AbortController().signal };
}
