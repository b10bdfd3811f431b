import type { TaskLedger, TaskMessage } from '@app/contracts';
import { describe, expect, it, vi } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { MortalWorker } from './mortal-worker.js';
import { sampleTask } from './samples.js';
import { gate, startPublisher, startWorker, TestLedgers } from './test-worker.js';

const QUEUE = 'photo_repair.work.person';
const SOON = { timeout: 15_000 };

/** Ledgers as a worker leaves them that begins the next task of a queue and dies. */
class DyingWorker {
  constructor(
    private readonly vhost: Vhost,
    private readonly ledgers: TestLedgers,
  ) {}

  /** Takes the next message; its channel ends without an ack. */
  async take(): Promise<void> {
    const channel = await this.vhost.channel();
    await expect.poll(() => channel.get(QUEUE), { timeout: 15_000 }).toBeTruthy();
    await channel.close();
  }

  /** Says in the ledger that it has begun the task. */
  begin({ taskId }: TaskMessage): void {
    const before = this.ledgers.entries.get(taskId);
    this.ledgers.entries.set(taskId, {
      version: 1,
      settledRun: 0,
      failedAttempts: 0,
      crashes: 0,
      prompt: null,
      ...before,
      run: (before?.run ?? 0) + 1,
      holder: { process: crypto.randomUUID(), worker: 'dead' },
    } satisfies TaskLedger);
  }
}

describe('a task whose workers die', () => {
  const vhost = withVhost();
  const death = (ledgers: TestLedgers) => new DyingWorker(vhost, ledgers);

  it('is run again on the spot after the first crash, on the same attempt', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const task = sampleTask();
    await tasks.publishTask(task, { priority: 3 });
    await death(ledgers).take();
    death(ledgers).begin(task);
    const seen: object[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ message, attempt, run, crashCount }) => {
        seen.push({ message, attempt, run, crashCount });
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toEqual([{ message: task, attempt: 1, run: 2, crashCount: 1 }]);
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('stands at the end of the line after the second, and is parked after the third', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const killer = sampleTask();
    const neighbour = sampleTask();
    await tasks.publishTask(killer);
    await tasks.publishTask(neighbour);
    await death(ledgers).take();
    death(ledgers).begin(killer);
    death(ledgers).begin(killer);
    ledgers.entries.set(killer.taskId, { ...ledgers.entries.get(killer.taskId)!, crashes: 1 });
    const order: string[] = [];
    const release = gate();
    const first = await startWorker(
      vhost,
      async ({ message }) => {
        order.push(message.taskId);
        await release.opened;
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await expect.poll(() => order, { timeout: 15_000 }).toEqual([neighbour.taskId]);
    expect(first.events).toMatchObject([
      { kind: 'requeued', reason: 'worker_crashed', taskId: killer.taskId, run: 2 },
    ]);
    await vhost.expectReady({ [QUEUE]: 1, 'photo_repair.parking': 0 });
    // The third: a worker takes it, and dies.
    await death(ledgers).take();
    death(ledgers).begin(killer);
    release.open();
    const { properties } = await vhost.take('photo_repair.parking');
    expect(properties.messageId).toBe(killer.taskId);
    expect(properties.headers).toMatchObject({ 'x-parked-reason': 'worker_crashed', 'x-parked-attempts': 1 });
    expect(properties.headers).not.toHaveProperty('x-crash-count');
    // It is parked before it is told.
    await expect.poll(() => first.events.at(-1)?.kind, { timeout: 15_000 }).toBe('failed');
    expect(first.events.at(-1)).toMatchObject({
      kind: 'failed',
      taskId: killer.taskId,
      run: 3,
      failure: { code: 'worker_crashed', message: 'The worker that ran the task died, 3 times.' },
    });
    expect(ledgers.entries.get(neighbour.taskId)).toMatchObject({ crashes: 0 });
    await first.server.close();
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0, 'photo_repair.expired': 0 });
  });

  it('is charged nothing where its worker lives and let go of it, or never began it', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const fetchedOnly = sampleTask();
    const letGo = sampleTask();
    for (const task of [fetchedOnly, letGo]) {
      await tasks.publishTask(task);
      await death(ledgers).take();
    }
    death(ledgers).begin(letGo);
    ledgers.entries.set(letGo.taskId, { ...ledgers.entries.get(letGo.taskId)!, holder: null });
    const seen: object[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ message, crashCount }) => {
        seen.push({ taskId: message.taskId, crashCount });
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toEqual([fetchedOnly, letGo].map(({ taskId }) => ({ taskId, crashCount: 0 })));
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0 });
  });

  it('is charged nothing where its worker is slower to let go than the broker to hand it on', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const task = sampleTask();
    await tasks.publishTask(task);
    await death(ledgers).take();
    death(ledgers).begin(task);
    const held = ledgers.entries.get(task.taskId)!;
    // The first look sees the holder, the second no more.
    const read = ledgers.read.bind(ledgers);
    let looks = 0;
    ledgers.read = (taskId) => {
      if (++looks === 2) ledgers.entries.set(taskId, { ...held, holder: null });
      return read(taskId);
    };
    const seen: number[] = [];
    const { server } = await startWorker(
      vhost,
      async ({ crashCount }) => {
        seen.push(crashCount);
        return { kind: 'done' };
      },
      { ledger: ledgers },
    );
    await expect.poll(() => seen, { timeout: 15_000 }).toEqual([0]);
    expect(looks).toBeGreaterThanOrEqual(2);
    await server.close();
  });

  it('runs alone once it is suspect, so that its neighbours are not charged with it', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const suspect = sampleTask();
    const neighbours = [sampleTask(), sampleTask()];
    ledgers.entries.set(suspect.taskId, {
      version: 1,
      run: 1,
      settledRun: 0,
      failedAttempts: 0,
      crashes: 1,
      holder: null,
      prompt: null,
    });
    for (const task of [neighbours[0]!, suspect, neighbours[1]!]) await tasks.publishTask(task);
    const together: string[][] = [];
    const now = new Set<string>();
    const { server } = await startWorker(
      vhost,
      async ({ message }) => {
        now.add(message.taskId);
        together.push([...now]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        together.push([...now]);
        now.delete(message.taskId);
        return { kind: 'done' };
      },
      { ledger: ledgers, concurrency: 2 },
    );
    await expect.poll(() => together.length, { timeout: 15_000 }).toBe(6);
    for (const group of together.filter((each) => each.includes(suspect.taskId))) {
      expect(group).toEqual([suspect.taskId]);
    }
    await server.close();
    await vhost.expectReady({ [QUEUE]: 0 });
  });

  it('is parked without its neighbours, which it took along while one was ahead of its turn', async () => {
    const { tasks } = await startPublisher(vhost);
    const ledgers = new TestLedgers();
    const killers = [sampleTask(), sampleTask()];
    const neighbours = Array.from({ length: 5 }, () => sampleTask());
    const [a, b, ...rest] = neighbours;
    for (const task of [a!, killers[0]!, b!, killers[1]!, ...rest]) await tasks.publishTask(task);
    const ids = (messages: readonly TaskMessage[]) => messages.map(({ taskId }) => taskId);
    const handledNeighbours = () =>
      lives.flatMap(({ handled }) => handled.filter((id) => !ids(killers).includes(id)));
    const lives: MortalWorker[] = [];
    const untilUnheard = () =>
      vi.waitFor(async () => expect(await vhost.queue(QUEUE)).toMatchObject({ consumers: 0 }), SOON);
    // Parked twice where the worker dies before the message is settled.
    const parked = new Set<unknown>();
    while (parked.size < killers.length) {
      // The neighbours do not end before each killer has had one beside it; but one that has killed once runs alone, and
      // waits for a neighbour that has begun before it.
      const deaths = killers.map(
        ({ taskId }) => lives.filter(({ handled }) => handled.includes(taskId)).length,
      );
      const takesAlong = deaths.includes(0) && !deaths.includes(1);
      const worker = new MortalWorker(`life-${lives.length}`, killers, ledgers, takesAlong);
      lives.push(worker);
      await worker.start(vhost);
      const channel = await vhost.channel();
      await expect
        .poll(
          async () => {
            const message = await channel.get('photo_repair.parking', { noAck: true });
            if (message) parked.add(message.properties.messageId);
            return parked.size === killers.length || worker.isDead;
          },
          { timeout: 30_000 },
        )
        .toBe(true);
      await channel.close();
      // What the dead one had in hand is back in its place when RabbitMQ has seen that it is gone.
      if (worker.isDead) await untilUnheard();
    }
    expect(parked).toEqual(new Set(ids(killers)));
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.expired': 0 });
    const isSettled = (id: string) => (ledgers.entries.get(id)?.settledRun ?? 0) > 0;
    await expect.poll(() => ids(neighbours).filter((id) => !isSettled(id)), SOON).toEqual([]);
    expect(new Set(handledNeighbours())).toEqual(new Set(ids(neighbours)));
    expect(lives[0]!.handled).toEqual([a!.taskId, killers[0]!.taskId]);
    expect(ledgers.entries.get(a!.taskId)).toMatchObject({ crashes: 1 });
    for (const { taskId } of neighbours) {
      expect(ledgers.entries.get(taskId)!.crashes).toBeLessThanOrEqual(1);
    }
  });
});
