import { expect, it, onTestFinished } from 'vitest';
import { Dice } from '../../faults/dice.js';
import { seedOfRun } from '../../faults/env.js';
import { withVhost } from '../../support/vhost.js';
import { Book, RandomWorker } from './random-worker.js';
import { sampleTask } from './samples.js';
import { startPublisher, TestLedgers, witness } from './test-worker.js';

const TYPES = ['person', 'building'];
const TASKS = 250;
const STEPS = 150;
/** A worker calls out 20 ms and 1 s after it has become idle; the rest is for a busy machine. */
const LONGEST_IDLE_MS = 5_500;
const LOOK_MS = 20;
const LONGEST_LOOK_MS = 100;

const vhost = withVhost();

it(
  'several workers end every task once, and none stays idle while another holds a task ahead',
  { timeout: 240_000 },
  async () => {
    const seed = seedOfRun();
    console.log(`several workers: SEED=${seed}`);
    const dice = new Dice(seed);
    const book = new Book();
    const ledger = new TestLedgers();
    const { tasks } = await startPublisher(vhost, TYPES);
    const events = await witness(vhost);
    let started = 0;
    const start = async (types = dice.pick([TYPES, TYPES, ['person']])) => {
      const worker = new RandomWorker(
        `w${++started}`,
        types,
        dice.between(1, 2),
        new Dice(dice.whole(2 ** 31)),
        book,
      );
      await worker.start(vhost, ledger);
      return worker;
    };
    const workers = [await start(), await start(), await start()];
    const longestIdleMs = watchIdleness(workers);

    const ids: string[] = [];
    const publish = async () => {
      const count = Math.min(dice.between(1, 8), TASKS - ids.length);
      for (let i = 0; i < count; i++) {
        const task = sampleTask(dice.pick(TYPES));
        ids.push(task.taskId);
        await tasks.publishTask(task, { priority: dice.whole(5) });
      }
    };
    const act = async (at: number) => {
      const { room, engines } = workers[at]!;
      const deed = dice.whole(12);
      if (deed < 6) await publish();
      else if (deed < 8) room.turn(room.closedBecause === null ? 'a test' : null);
      else if (deed < 10) room.resize({ running: dice.between(0, engines), ahead: dice.between(0, engines) });
      else if (deed === 10) room.refuse(...dice.pick([[], [], ['person'], ['building'], TYPES]));
      else {
        await workers[at]!.stop();
        workers[at] = await start();
      }
    };
    for (let step = 0; step < STEPS; step++) {
      const pause = new Promise((resolve) => setTimeout(resolve, dice.between(0, 120)));
      await Promise.all([act(dice.whole(workers.length)), pause]);
    }
    while (ids.length < TASKS) await publish();
    for (const { room, engines } of workers) {
      room.refuse();
      room.resize({ running: engines, ahead: engines });
      room.turn(null);
    }
    // Some worker has to be for every type.
    workers.push(await start(TYPES));
    await expect.poll(() => book.completed.size, { timeout: 60_000, interval: 50 }).toBe(TASKS);
    await vhost.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.work.building': 0 });

    expect(book.wrongs).toEqual([]);
    expect([...book.completed.values()].filter((times) => times !== 1)).toEqual([]);
    expect([...ledger.entries.values()].filter(({ crashes }) => crashes > 0)).toEqual([]);
    expect(events).toEqual([]);
    await vhost.expectReady({ 'photo_repair.parking': 0, 'photo_repair.expired': 0 });
    expect(longestIdleMs()).toBeLessThan(LONGEST_IDLE_MS);
  },
);

/**
 * How long a worker had at most a free place, at a stretch, while there was a task for it ahead of its turn anywhere. Where
 * the machine stands still nobody is idle: the time between two looks counts as `LONGEST_LOOK_MS` at most.
 */
function watchIdleness(workers: readonly RandomWorker[]): () => number {
  const idleMs = new Map<RandomWorker, number>();
  let longestMs = 0;
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const passedMs = Math.min(performance.now() - lookedAt, LONGEST_LOOK_MS);
    lookedAt = performance.now();
    const ahead = workers.flatMap(({ typesAhead }) => typesAhead);
    for (const worker of workers) {
      const isIdle = ahead.some((taskType) => worker.isIdleFor(taskType));
      const before = idleMs.get(worker) ?? -passedMs;
      if (isIdle) idleMs.set(worker, before + passedMs);
      else idleMs.delete(worker);
      longestMs = Math.max(longestMs, idleMs.get(worker) ?? 0);
    }
  }, LOOK_MS);
  onTestFinished(() => clearInterval(timer));
  return () => longestMs;
}
