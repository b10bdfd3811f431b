import { TaskControlPublisher, type Settlement } from '@app/messaging';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { OneEngine } from './one-engine.js';
import { sampleTask } from './samples.js';
import { TestRoom } from './test-tap.js';
import { gate, startPublisher, startWorker, TestLedgers, witness } from './test-worker.js';

const QUEUES = ['photo_repair.work.person', 'photo_repair.work.building'] as const;
const TYPES = ['person', 'building'];
const SOON = { timeout: 15_000 };

describe('a worker whose gate says how much room there is', () => {
  const vhost = withVhost();

  it('has no more in hand than that at any time, and consumes only for places that are free', async () => {
    const { room, handled, publish, server } = await startWorkerWith({ running: 0, ahead: 0 });
    await publish(...Array<string>(6).fill('person'));
    for (const [next, inHand] of [
      [{ running: 0, ahead: 1 }, 1],
      [{ running: 1, ahead: 1 }, 2],
      [{ running: 3, ahead: 0 }, 3],
      [{ running: 0, ahead: 0 }, 3],
      [{ running: 2, ahead: 2 }, 4],
    ] as const) {
      room.resize(next);
      // All that it may have, it has, and waits for no more.
      await vi.waitFor(async () =>
        expect({ ...(await vhost.queue(QUEUES[0])), inHand: server.runningCount }).toEqual({
          ready: 6 - inHand,
          consumers: 0,
          inHand,
        }),
      );
    }
    await vi.waitFor(() => {
      for (const { end } of handled) end();
      expect(new Set(handled.map(({ taskId }) => taskId)).size).toBe(6);
      expect(server.runningCount).toBe(0);
    });
    for (const queue of QUEUES) {
      await expect.poll(async () => (await vhost.queue(queue))?.consumers, SOON).toBe(1);
    }
    room.resize({ running: 0, ahead: 2 });
    for (const queue of QUEUES) {
      await expect.poll(async () => (await vhost.queue(queue))?.consumers, SOON).toBe(0);
    }
    await server.close();
  });

  it('takes the types that it is for, and gives back what was ahead of another', async () => {
    const { room, handled, publish, server } = await startWorkerWith({ running: 1, ahead: 2 });
    await publish('person');
    await expect.poll(() => handled.length, SOON).toBe(1);
    await publish('person', 'building');
    await expect.poll(() => handled.length, SOON).toBe(3);
    room.refuse('building');
    await vhost.expectReady({ [QUEUES[0]]: 0, [QUEUES[1]]: 1 });
    await publish('person');
    await expect.poll(() => handled.length, SOON).toBe(4);
    expect(handled[3]!.taskType).toBe('person');
    await vhost.expectReady({ [QUEUES[0]]: 0, [QUEUES[1]]: 1 });
    for (const { end } of handled) end();
    await expect.poll(async () => (await vhost.queue(QUEUES[0]))?.consumers, SOON).toBe(1);
    await expect.poll(() => vhost.queue(QUEUES[1])).toEqual({ ready: 1, consumers: 0 });
    room.refuse();
    await expect.poll(() => handled.length, SOON).toBe(5);
    handled[4]!.end();
    await server.close();
    await vhost.expectReady({ [QUEUES[0]]: 0, [QUEUES[1]]: 0 });
  });

  it('gives itself what is ahead of its turn while another of its places is free', async () => {
    const { room, handled, publish, server } = await startWorkerWith({ running: 1, ahead: 1 });
    const events = await witness(vhost);
    await publish('person', 'building');
    await expect.poll(() => handled.map(({ isAhead }) => isAhead), SOON).toEqual([false, true]);
    room.resize({ running: 2, ahead: 1 });
    await expect.poll(() => handled.length, SOON).toBe(3);
    expect(handled[2]).toMatchObject({ taskId: handled[1]!.taskId, isAhead: false, run: 2 });
    for (const { end } of handled) end();
    await expect.poll(() => server.runningCount, SOON).toBe(0);
    await server.close();
    expect(events).toEqual([]);
    expect(handled).toHaveLength(3);
  });

  /** Every task runs until the test ends it, and none begins by itself. */
  async function startWorkerWith(limits: TestRoom['room']) {
    const room = new TestRoom(limits);
    const handled: { taskId: string; taskType: string; isAhead: boolean; run: number; end: () => void }[] =
      [];
    const { server } = await startWorker(
      vhost,
      ({ message: { taskId, taskType }, isAhead, run, signal }) => {
        const ended = gate<Settlement>();
        handled.push({ taskId, taskType, isAhead, run, end: () => ended.open({ kind: 'done' }) });
        const withdrawn = new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
        return Promise.race([ended.opened, withdrawn]);
      },
      { taskTypes: TYPES, name: 'roomy', gate: room },
    );
    const { tasks } = await startPublisher(vhost, TYPES);
    const publish = async (...types: string[]) => {
      for (const taskType of types) await tasks.publishTask(sampleTask(taskType));
    };
    return { room, handled, publish, server };
  }
});

describe('a worker that has nothing to do', () => {
  const vhost = withVhost();

  it('gets one task of its types for each call, the youngest there is', async () => {
    const ledger = new TestLedgers();
    const engine = new OneEngine();
    const { server, publisher } = await startWorker(vhost, engine.handle, {
      taskTypes: TYPES,
      name: 'busy',
      lookahead: 3,
      aheadLimitMs: 60_000,
      ledger,
    });
    const { tasks } = await startPublisher(vhost, TYPES);
    const all = ['person', 'person', 'building', 'building'].map((taskType) => sampleTask(taskType));
    for (const [index, task] of all.entries()) {
      await tasks.publishTask(task);
      await expect.poll(() => engine.handled.length, SOON).toBe(index + 1);
    }
    const control = new TaskControlPublisher(publisher);
    control.idle(crypto.randomUUID(), ['scratch']);
    control.idle(crypto.randomUUID(), ['person', 'scratch']);
    await expect.poll(() => engine.givenUp, SOON).toEqual([`${all[1]!.taskId} TaskWithdrawn`]);
    // It comes back, as nobody else is there, and is the youngest now.
    await expect.poll(() => engine.handled.length, SOON).toBe(5);
    control.idle(crypto.randomUUID(), TYPES);
    await expect.poll(() => engine.handled.length, SOON).toBe(6);
    expect(engine.givenUp[1]).toBe(`${all[1]!.taskId} TaskWithdrawn`);
    for (let round = 0; round < 10; round++) for (const { end } of engine.handled) end();
    await expect.poll(() => server.runningCount, SOON).toBe(0);
    await server.close();
    expect(engine.begun.length).toBeGreaterThan(0);
    await vhost.expectReady({ [QUEUES[0]]: 0, [QUEUES[1]]: 0 });
  });

  it('says so for as long as it is so, and only while its gate is open', async () => {
    const heard: unknown[] = [];
    const channel = await vhost.channel();
    await channel.assertExchange('photo_repair.control', 'fanout', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'photo_repair.control', '');
    const record = (content: Buffer) => heard.push(JSON.parse(content.toString()));
    await channel.consume(queue, (message) => message && record(message.content), { noAck: true });

    const room = new TestRoom({ running: 1, ahead: 1 });
    room.closedBecause = 'no engine answers';
    const engine = new OneEngine();
    const { server } = await startWorker(vhost, engine.handle, {
      taskTypes: TYPES,
      name: 'idle',
      gate: room,
    });
    const { tasks } = await startPublisher(vhost, TYPES);
    // Its queues are there, and nothing was said.
    await vhost.expectReady({ [QUEUES[0]]: 0, [QUEUES[1]]: 0 });
    expect(heard).toEqual([]);
    room.refuse('building');
    room.turn(null);
    await expect.poll(() => heard.length, SOON).toBeGreaterThan(1);
    expect(heard[0]).toEqual({
      version: 1,
      kind: 'idle',
      process: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      taskTypes: ['person'],
    });
    const task = sampleTask();
    await tasks.publishTask(task);
    await expect.poll(() => engine.begun, SOON).toEqual([task.taskId]);
    room.resize({ running: 0, ahead: 1 });
    engine.handled[0]!.end();
    await expect.poll(() => server.runningCount, SOON).toBe(0);
    await sleep(500);
    const told = heard.length;
    await sleep(1_500);
    await server.close();
    expect(heard).toHaveLength(told);
    await channel.close();
  });
});
