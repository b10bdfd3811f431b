import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { faultEnv, seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { RotationWatch } from '../system/rotation-watch.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Long enough now and then for three looks to fail, after which an engine gets no task for a while. */
const AWAY_MS = [0, 9_000] as const;
const PAUSE_MS = [0, 1_000] as const;
/** Photos may be a little ahead of the kills. */
const PHOTOS_AHEAD = 0.02;
const BACK_WITHIN_MS = 90_000;
/** Beside the three attempts, one for each prompt that was lost before its turn had come. */
const MOST_ENGINE_RUNS = 12;

describe('engines that are killed and started again at random', () => {
  const { FAULT_ENGINE_TASKS: tasks, FAULT_ENGINE_KILLS: kills } = faultEnv();
  const given = withFaultSystem({ scenario: 'long-engines', engines: 2, workers: 2, seed: seedOfRun() });

  it('lose no photo and double none, and are back in the rotation afterwards', async () => {
    const { system, broker } = given;
    const rotation = await RotationWatch.start(system.brokerUrl);
    const nemesis = new Nemesis(system, broker, system.dice);
    const harmDone = () => nemesis.counts.engine_kills / kills;
    const harm = async () => {
      for (let kill = 0; kill < kills; kill++) {
        await sleep(system.dice.between(...PAUSE_MS));
        await nemesis.killEngine(AWAY_MS);
      }
    };
    await Promise.all([system.submit(tasks, { pace: () => harmDone() + PHOTOS_AHEAD }), harm()]);
    const expected = { mostEngineRuns: MOST_ENGINE_RUNS };
    const figures = { out_of_rotation: rotation.timesOut };
    expect(await judge(system, { scenario: 'long: engines', nemesis, figures, expected })).toEqual([]);
    expect(rotation.timesOut).toBeGreaterThan(0);
    // What is out comes back with the first photo that it gets.
    await vi.waitFor(
      async () => {
        await system.submit(2);
        expect(rotation.allAreIn).toBe(true);
      },
      { timeout: BACK_WITHIN_MS, interval: 500 },
    );
    await rotation.close();
  });
});
