import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** A photo may be cut short by this many faults of one scenario, beside its three attempts. */
const MOST_ENGINE_RUNS = 8;

/** One system that is harmed in one way after the other while photos come in. */
describe('a system that is harmed loses nothing and doubles nothing', () => {
  const poison = new Set<number>();
  const given = withFaultSystem({ scenario: 'kills', seed: seedOfRun() });
  let nemesis: Nemesis;

  beforeAll(() => {
    given.system.engine.colouriser.script = (photo) => ({ afterMs: 20 + (photo % 5) * 30 });
  });

  /** Photos come in while the harm is done. Gives what is wrong when all is quiet again. */
  async function harmed(
    scenario: string,
    photos: { count: number; pauseMs: number },
    harm: () => Promise<unknown>,
  ): Promise<string[]> {
    const { system, broker } = given;
    nemesis = new Nemesis(system, broker, system.dice);
    await Promise.all([system.submit(photos.count, photos), harm()]);
    return judge(system, {
      scenario,
      nemesis,
      expected: {
        mostEngineRuns: MOST_ENGINE_RUNS,
        mayEndAs: (photo) => (poison.has(photo) ? ['failed'] : ['succeeded']),
      },
    });
  }

  async function repeat(times: number, pause: readonly [number, number], act: () => Promise<unknown>) {
    for (let time = 0; time < times; time++) {
      await sleep(given.system.dice.between(...pause));
      await act();
    }
  }

  it.each<[string, { count: number; pauseMs: number }, () => Promise<unknown>]>([
    ['workers killed', { count: 40, pauseMs: 300 }, () => repeat(4, [100, 500], () => nemesis.killWorker())],
    [
      'API killed in requests',
      { count: 60, pauseMs: 100 },
      () => repeat(3, [50, 400], () => nemesis.killApi()),
    ],
    ['broker killed', { count: 40, pauseMs: 200 }, () => repeat(1, [500, 1000], () => nemesis.killBroker())],
    [
      'broker restarted',
      { count: 40, pauseMs: 200 },
      () => repeat(1, [500, 1000], () => nemesis.restartBroker()),
    ],
    ['everything killed', { count: 40, pauseMs: 100 }, () => repeat(1, [300, 800], () => nemesis.killAll())],
  ])('%s', async (scenario, photos, harm) => {
    expect(await harmed(scenario, photos, harm)).toEqual([]);
  });

  it('rolling restart, with every process ending in peace', async () => {
    const { apis, workers } = given.system;
    const wrong = await harmed('rolling restart', { count: 40, pauseMs: 150 }, async () => {
      for (const process of [...workers, ...apis]) {
        expect(await nemesis.during(process.restart())).toBe(0);
        await process.untilReady(90_000);
      }
    });
    expect(wrong).toEqual([]);
  });

  it.each(['memory', 'disk'] as const)(
    '%s alarm of the broker, during which photos are taken in',
    async (kind) => {
      const { system, broker } = given;
      const all = system.history.acceptedIds.length + 20;
      await broker.raiseAlarm(kind);
      try {
        const wrong = await harmed(`${kind} alarm`, { count: 20, pauseMs: 0 }, async () => {
          await vi.waitFor(() => expect(system.history.acceptedIds.length).toBe(all), { timeout: 15_000 });
          expect(await system.inspector.notSent()).toBeGreaterThan(0);
          await nemesis.during(broker.endAlarms());
        });
        expect(wrong).toEqual([]);
      } finally {
        await broker.endAlarms();
      }
    },
  );

  it('photo that kills its workers, which is given up after three of them', async () => {
    const { system } = given;
    const photo = await system.photos.take('poison');
    poison.add(photo.number);
    const deaths = () => system.workers.reduce((sum, worker) => sum + worker.deaths, 0);
    const before = deaths();
    const bring = () => nemesis.during(system.bring([photo]));
    expect(await harmed('poison photo', { count: 12, pauseMs: 20 }, bring)).toEqual([]);
    expect(deaths() - before).toBe(3);
  });
});
