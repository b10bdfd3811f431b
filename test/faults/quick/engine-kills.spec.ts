import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const PHOTOS = 60;
const KILLS = 8;
/** An engine that is started again at once, and one that is missed for a while. */
const AWAY_MS = [0, 1_500] as const;
const PAUSE_MS = [0, 500] as const;
/** Both engines are killed; each time up to two photos of each worker are in one of them. */
const MOST_ENGINE_RUNS = 8;

const given = withFaultSystem({ scenario: 'engine-kills', engines: 2, seed: seedOfRun() });

it('engines that are killed and come back lose no photo and double none', async () => {
  const { system, broker } = given;
  const nemesis = new Nemesis(system, broker, system.dice);
  const harm = async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(system.dice.between(...PAUSE_MS));
      await nemesis.killEngine(AWAY_MS);
    }
  };
  const pace = () => (nemesis.counts.engine_kills + 1) / KILLS;
  await Promise.all([system.submit(PHOTOS, { pace }), harm()]);
  const expected = { mostEngineRuns: MOST_ENGINE_RUNS };
  expect(await judge(system, { scenario: 'engines killed', nemesis, expected })).toEqual([]);
});
