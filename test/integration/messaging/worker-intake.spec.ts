import type { Settlement, TaskDelivery } from '@app/messaging';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { TcpRelay } from './tcp-relay.js';
import { gate, startPublisher, startWorker } from './test-worker.js';

const QUEUES = ['photo_repair.work.person', 'photo_repair.work.building'];

describe('a worker for several task types', () => {
  const vhost = withVhost();

  it('holds no more than it works on, and takes the types in turn', async () => {
    const { tasks } = await startPublisher(vhost, ['person', 'building']);
    for (let i = 0; i < 3; i++) {
      await tasks.publishTask(sampleTask('person'));
      await tasks.publishTask(sampleTask('building'));
    }
    const gates = [gate<Settlement>(), ...Array.from({ length: 5 }, () => gate<Settlement>())];
    const ran: string[] = [];
    let atOnce = 0;
    let mostAtOnce = 0;
    const { server } = await startWorker(
      vhost,
      async ({ message }) => {
        ran.push(message.taskType);
        mostAtOnce = Math.max(mostAtOnce, ++atOnce);
        const settlement = await gates[ran.length - 1]!.opened;
        atOnce--;
        return settlement;
      },
      { taskTypes: ['person', 'building'] },
    );
    for (const [index, { open }] of gates.entries()) {
      await expect.poll(() => ran.length, { timeout: 15_000 }).toBe(index + 1);
      // Everything else waits in the broker, where another worker can take it.
      const depths = await Promise.all(QUEUES.map((queue) => vhost.queue(queue)));
      expect(depths.reduce((sum, depth) => sum + depth!.ready, 0)).toBe(gates.length - index - 1);
      open({ kind: 'done' });
    }
    expect(ran).toEqual(['person', 'building', 'person', 'building', 'person', 'building']);
    expect(mostAtOnce).toBe(1);
    await server.close();
    await vhost.expectReady({ [QUEUES[0]!]: 0, [QUEUES[1]!]: 0 });
  });

  it('hands back at once what arrived beside the task that it begins, and another worker takes it', async () => {
    const taskTypes = ['person', 'building'];
    const { tasks } = await startPublisher(vhost, taskTypes);
    const relay = await TcpRelay.to(vhost.url);
    onTestFinished(() => relay.close());
    const release = gate<Settlement>();
    const begun: TaskDelivery[] = [];
    const busy = await startWorker(
      vhost,
      (task) => {
        begun.push(task);
        return release.opened;
      },
      { taskTypes, name: 'busy', url: relay.url },
    );
    for (const queue of QUEUES) {
      await expect.poll(async () => (await vhost.queue(queue))?.consumers, { timeout: 15_000 }).toBe(1);
    }
    // Both are on their way to the waiting worker before it sees the first.
    relay.hold();
    const both = taskTypes.map((taskType) => sampleTask(taskType));
    for (const task of both) await tasks.publishTask(task);
    await vhost.expectReady({ [QUEUES[0]!]: 0, [QUEUES[1]!]: 0 });
    relay.forward();

    await expect.poll(() => begun.length, { timeout: 15_000 }).toBe(1);
    const [left] = both.filter(({ taskId }) => taskId !== begun[0]!.message.taskId);
    await vhost.expectReady({ [`photo_repair.work.${left!.taskType}`]: 1 });
    const taken: object[] = [];
    const idle = await startWorker(
      vhost,
      async ({ message: { taskId }, attempt, crashCount }) => {
        taken.push({ taskId, attempt, crashCount });
        return { kind: 'done' };
      },
      { taskTypes, name: 'other' },
    );
    await expect
      .poll(() => taken, { timeout: 15_000 })
      .toEqual([{ taskId: left!.taskId, attempt: 1, crashCount: 0 }]);
    await idle.server.close();
    expect(busy.server.runningCount).toBe(1);
    release.open({ kind: 'done' });
    await busy.server.close();
    expect(begun).toHaveLength(1);
    await vhost.expectReady({ [QUEUES[0]!]: 0, [QUEUES[1]!]: 0, 'photo_repair.parking': 0 });
  });

  it('works on as many at once as it may, of one type too, the urgent first', async () => {
    const { tasks } = await startPublisher(vhost, ['person', 'building']);
    for (const priority of [0, 0, 4, 2])
      await tasks.publishTask({ ...sampleTask(), parameters: { priority } }, { priority });
    const release = gate<Settlement>();
    const begun: unknown[] = [];
    const { server } = await startWorker(
      vhost,
      ({ message }) => {
        begun.push(message.parameters['priority']);
        return release.opened;
      },
      { taskTypes: ['person', 'building'], concurrency: 3, name: 'wide' },
    );
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual([4, 2, 0]);
    expect(server.runningCount).toBe(3);
    await vhost.expectReady({ [QUEUES[0]!]: 1 });
    release.open({ kind: 'done' });
    await expect.poll(() => begun.length, { timeout: 15_000 }).toBe(4);
    await expect.poll(() => server.runningCount, { timeout: 15_000 }).toBe(0);
  });

  it('begins a task that arrives while it waits, also when two arrive at the same moment', async () => {
    const { tasks } = await startPublisher(vhost, ['person', 'building']);
    const ran: string[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ message }) => {
        ran.push(message.taskId);
        return { kind: 'done' };
      },
      { taskTypes: ['person', 'building'], name: 'idle' },
    );
    const published: string[] = [];
    for (let round = 0; round < 10; round++) {
      for (const queue of QUEUES) {
        await expect.poll(async () => (await vhost.queue(queue))?.consumers, { timeout: 15_000 }).toBe(1);
      }
      const both = [sampleTask('person'), sampleTask('building')];
      await Promise.all(both.map((task) => tasks.publishTask(task)));
      published.push(...both.map(({ taskId }) => taskId));
      await expect.poll(() => [...ran].sort(), { timeout: 15_000 }).toEqual([...published].sort());
    }
    await server.close();
    await vhost.expectReady({ [QUEUES[0]!]: 0, [QUEUES[1]!]: 0, 'photo_repair.parking': 0 });
  });
});

describe('a worker for one task type', () => {
  const vhost = withVhost();
  const QUEUE = QUEUES[0]!;

  it('waits for the next task as a standing consumer, and holds no more than it works on', async () => {
    const { tasks } = await startPublisher(vhost);
    const busy = await startHolding();
    const all = Array.from({ length: 4 }, () => sampleTask());
    for (const task of all) await tasks.publishTask(task);
    for (const [index, { taskId }] of all.entries()) {
      await expect.poll(() => busy.begun[index], { timeout: 15_000 }).toBe(taskId);
      await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: all.length - index - 1, consumers: 1 });
      expect(busy.server.runningCount).toBe(1);
      busy.releases[index]!.open({ kind: 'done' });
    }
    await busy.server.close();
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 0, consumers: 0 });
  });

  it('leaves a task to an idle worker while it is busy', async () => {
    const { tasks } = await startPublisher(vhost);
    const busy = await startHolding();
    await tasks.publishTask(sampleTask());
    await expect.poll(() => busy.begun.length, { timeout: 15_000 }).toBe(1);
    const idle = await startHolding({ name: 'idle' });
    const task = sampleTask();
    await tasks.publishTask(task);
    await expect.poll(() => idle.begun, { timeout: 15_000 }).toEqual([task.taskId]);
    await vhost.expectReady({ [QUEUE]: 0 });
    for (const { releases, server } of [busy, idle]) {
      releases[0]!.open({ kind: 'done' });
      await server.close();
    }
    expect(busy.begun).toHaveLength(1);
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('works on as many at once as it may, the urgent first', async () => {
    const { tasks } = await startPublisher(vhost);
    const all = [0, 0, 4, 2].map((priority) => ({ priority, task: sampleTask() }));
    for (const { priority, task } of all) await tasks.publishTask(task, { priority });
    const { begun, releases, server } = await startHolding({ concurrency: 3 });
    const expected = [2, 3, 0, 1].map((index) => all[index]!.task.taskId);
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual(expected.slice(0, 3));
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 1, consumers: 1 });
    releases[0]!.open({ kind: 'done' });
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual(expected);
    for (const { open } of releases) open({ kind: 'done' });
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('consumes nothing after a lost channel until what ran has ended, then as many as before', async () => {
    const { tasks } = await startPublisher(vhost);
    const { begun, releases, server } = await startHolding({ name: 'cut', concurrency: 2 });
    const all = Array.from({ length: 3 }, () => sampleTask());
    await tasks.publishTask(all[0]!);
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual([all[0]!.taskId]);
    await vhost.closeConnections('cut-consume');
    await expect.poll(() => server.problem, { timeout: 15_000 }).not.toBeNull();
    await server.whenReady(15_000);
    for (const task of all.slice(1)) await tasks.publishTask(task);
    await vhost.expectReady({ [QUEUE]: 3 });
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 3, consumers: 0 });
    expect(begun).toHaveLength(1);

    releases[0]!.open({ kind: 'done' });
    // The first comes again and is settled without work.
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual(all.map(({ taskId }) => taskId));
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 0, consumers: 1 });
    for (const { open } of releases) open({ kind: 'done' });
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('opens a new channel when its queue is deleted during a task, and takes the next one after it', async () => {
    const { tasks } = await startPublisher(vhost);
    const { begun, releases, server } = await startHolding();
    const [first, second] = [sampleTask(), sampleTask()];
    await tasks.publishTask(first);
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual([first.taskId]);
    await (await vhost.channel()).deleteQueue(QUEUE);
    // Unroutable until the worker has declared and bound the queue again.
    await vi.waitFor(() => tasks.publishTask(second), { timeout: 15_000 });
    await expect.poll(() => vhost.queue(QUEUE)).toEqual({ ready: 1, consumers: 0 });
    expect(begun).toHaveLength(1);
    releases[0]!.open({ kind: 'done' });
    await expect.poll(() => begun, { timeout: 15_000 }).toEqual([first.taskId, second.taskId]);
    releases[1]!.open({ kind: 'done' });
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  async function startHolding(options: { name?: string; concurrency?: number } = {}) {
    const begun: string[] = [];
    const releases = Array.from({ length: 4 }, () => gate<Settlement>());
    const { server } = await startWorker(
      vhost,
      ({ message }) => releases[begun.push(message.taskId) - 1]!.opened,
      options,
    );
    return { server, begun, releases };
  }
});
