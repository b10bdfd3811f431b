import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Expectations } from '../check/observation.js';
import { Gate } from '../../support/gate.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { MessageBox } from '../system/message-box.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const QUIET_LIMIT_MS = 30_000;
const OFTEN = { interval: 10 };
const EVENTS = 'photo_repair.events';

/** Messages that come twice, in another order, or from another time. */
describe('deliveries', () => {
  const given = withFaultSystem({ scenario: 'deliveries', seed: seedOfRun() });
  const failsOnce = new Set<number>();
  const failsAlways = new Set<number>();
  let box: MessageBox;

  beforeAll(async () => {
    box = await MessageBox.open(given.system.brokerUrl, ['person', 'building']);
    given.system.engine.colouriser.script = (photo, run) =>
      failsAlways.has(photo) || (failsOnce.has(photo) && run === 1) ? { failure: 'error' } : { afterMs: 20 };
  });

  afterAll(() => box?.close());

  function wrongAfter(scenario: string, expected: Partial<Expectations> = {}): Promise<string[]> {
    return judge(given.system, {
      scenario,
      expected: {
        mayEndAs: (photo) => (failsAlways.has(photo) ? ['failed'] : ['succeeded']),
        // Copies that come while the first is under way may be worked on beside it.
        mostEngineRuns: 12,
        ...expected,
      },
    });
  }

  /** A third each that succeeds, fails once and fails always. */
  function mix(count: number): void {
    const first = given.system.photos.all.size + 1;
    for (let photo = first; photo < first + count; photo++) {
      if (photo % 3 === 1) failsOnce.add(photo);
      if (photo % 3 === 2) failsAlways.add(photo);
    }
  }

  it('of tasks change nothing when they come again, sooner or later, in any order', async () => {
    mix(12);
    await given.system.submit(12);
    // While they run, and when all is over.
    for (const settled of [false, true]) {
      if (settled) await given.system.untilQuiet(QUIET_LIMIT_MS);
      const copies = await box.copies();
      expect(copies.length).toBeGreaterThan(0);
      await box.again(given.system.dice.shuffle([...copies, ...copies]));
    }
    expect(await wrongAfter('task messages again')).toEqual([]);
  });

  it('of events change nothing when they come again, in any order', async () => {
    mix(12);
    await given.system.submit(12);
    await given.system.untilQuiet(QUIET_LIMIT_MS);
    const told = await given.system.inspector.told();
    for (const event of given.system.dice.shuffle([...told, ...told])) {
      const { taskId, taskType, kind } = event;
      await box.publish(EVENTS, `state.${taskType}`, event, { messageId: `${taskId}.${kind}` });
    }
    expect(await wrongAfter('events again')).toEqual([]);
  });

  it('of an API that knows fewer headers are worked on as any other', async () => {
    const { system } = given;
    for (const worker of system.workers) await worker.stop();
    try {
      // As many as the broker gets while no worker is there.
      await system.submit(2, { taskType: 'person' });
      await vi.waitFor(async () => expect(await system.inspector.notSent()).toBe(0), { timeout: 10_000 });
      const waiting = await box.takeAll('photo_repair.work.person');
      expect(waiting).toHaveLength(2);
      const headers = { 'x-task-type': 'person', 'x-attempt': 0, 'x-first-published-at': Date.now() };
      await box.again(waiting, { headers });
    } finally {
      for (const worker of system.workers) worker.run();
    }
    expect(await wrongAfter('older task messages')).toEqual([]);
  });

  it('of a time to come are parked, and hold up nobody', async () => {
    const fromTheFuture = {
      version: 2,
      taskId: crypto.randomUUID(),
      taskType: 'person',
      picture: 'elsewhere',
    };
    await box.publish('photo_repair.work', 'person', fromTheFuture, { messageId: 'task of version 2' });
    await box.publish(
      EVENTS,
      'state.person',
      { ...fromTheFuture, kind: 'started' },
      { messageId: 'event of version 2' },
    );
    await given.system.submit(4);
    expect(
      await wrongAfter('newer messages', { expectedParked: ['task of version 2', 'event of version 2'] }),
    ).toEqual([]);
    const parked = await given.system.inspector.parked();
    expect(parked.filter(({ reason }) => reason === 'malformed_message')).toHaveLength(2);
  });
});

describe('a retry that was given back once', () => {
  // One that takes nothing ahead: what comes while it works waits in the queue.
  const given = withFaultSystem({
    scenario: 'given-back',
    workers: 1,
    workerSettings: { WORKER_LOOKAHEAD: '0' },
  });

  it('is the next attempt, also for the worker that made the last one', async () => {
    const { system } = given;
    const photo = await system.photos.take();
    const [otherWaits, retryWasGivenBack] = [new Gate(), new Gate()];
    onTestFinished(() => [otherWaits, retryWasGivenBack].forEach((gate) => gate.open()));
    system.engine.colouriser.script = (number, run) => {
      if (number !== photo.number) return { gate: retryWasGivenBack };
      return run <= 2 ? { gate: otherWaits, failure: 'error' } : {};
    };
    const box = await MessageBox.open(system.brokerUrl, ['person']);
    onTestFinished(() => box.close());
    await system.bring([photo], { taskType: 'person' });
    await vi.waitFor(() => expect(system.engine.colouriser.runs.get(photo.number)).toBe(1), OFTEN);
    // The next photo is in the queue before the first one fails: the only worker has it in hand when the retry comes.
    await system.submit(1, { taskType: 'person' });
    await vi.waitFor(async () => expect(await system.inspector.notSent()).toBe(0), OFTEN);
    otherWaits.open();
    await vi.waitFor(() => expect(system.engine.colouriser.runs.size).toBe(2), OFTEN);
    await vi.waitFor(async () => expect(await box.giveBack('photo_repair.work.person')).toBe(true), OFTEN);
    retryWasGivenBack.open();
    expect(await judge(system, { scenario: 'retry given back' })).toEqual([]);
    const attempts = (await system.inspector.tasks()).map((task) => task.attempts);
    expect(attempts).toEqual(expect.arrayContaining([1, 3]));
  });
});
