import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineStub, type Mood } from '../../support/engine-stub/engine-stub.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const PHOTOS = 40;
/** Between two of the others it is one that takes tasks. What it holds while it is silent is let go afterwards. */
const MOODS: Mood[] = ['out_of_memory', 'silent', 'out_of_memory', 'garbage'];
const MOOD_MS = [1_000, 3_000] as const;
const ROUNDS = 2;
const PROMPT_MS = 50;

/** One engine does its work; the other one never does, in one way after the other. */
describe('a sick engine beside a healthy one', () => {
  let stub: EngineStub;
  beforeAll(async () => {
    stub = await EngineStub.start({ promptMs: PROMPT_MS });
    await stub.become('out_of_memory');
  });
  afterAll(() => stub.stop());
  const given = withFaultSystem({
    scenario: 'sick-engine',
    seed: seedOfRun(),
    moreEngines: () => [stub.url],
    // It would never be taken into the rotation.
    workerSettings: { ENGINE_WARM_UP: 'false' },
  });

  it('every photo ends well, by the healthy one', async () => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    let turn = 0;
    const change = async () => {
      for (; turn < ROUNDS * MOODS.length; turn++) {
        await nemesis.during(stub.become(MOODS[turn % MOODS.length]!));
        await sleep(system.dice.between(...MOOD_MS));
      }
    };
    const pace = () => (turn + 1) / (ROUNDS * MOODS.length);
    await Promise.all([system.submit(PHOTOS, { pace }), change()]);
    expect(await judge(system, { scenario: 'sick engine', nemesis })).toEqual([]);
  });
});
