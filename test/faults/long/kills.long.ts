import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Expectations, StoredTask } from '../check/observation.js';
import { faultEnv, seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Between two kills of the same kind; a process that was killed has to be up again first, and then do some work. */
const PAUSES_MS = { worker: [0, 1_000], api: [0, 2_000], broker: [0, 5_000] } as const;
/** Photos and kills wait for each other, so that both are spread over the whole time. Photos may be a little ahead. */
const PHOTOS_AHEAD = 0.02;
/** Between two photos of one of the clients: slow enough that the line does not grow by itself. */
const BETWEEN_PHOTOS_MS = 300;
const LOOK_EVERY_MS = 50;
/** Brought when all else is done, right before the last fault, which kills everything. */
const LAST_PHOTOS = 20;
const ROUNDS = 5;

/** A photo that three kills have hit by chance cannot be told from one that kills, and is given up with that reason. */
const gaveUp = ({ failure }: StoredTask) => failure?.startsWith('worker_crashed') ?? false;

const EXPECTED: Partial<Expectations> = {
  mayEndAs: (_photo, task) => (gaveUp(task) ? ['failed'] : ['succeeded']),
  mostEngineRuns: 12,
};

describe('thousands of photos, hundreds of kills', () => {
  const { FAULT_TASKS, FAULT_WORKER_KILLS, FAULT_BROKER_KILLS, FAULT_API_KILLS } = faultEnv();
  const given = withFaultSystem({ scenario: 'long-kills', workers: 3, seed: seedOfRun() });

  it('loses none, doubles none, and is done soon after the last kill', async () => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    system.engine.colouriser.script = (photo) => ({ afterMs: (photo % 7) * 10 });
    const { counts } = nemesis;
    const wanted = FAULT_WORKER_KILLS + FAULT_API_KILLS + FAULT_BROKER_KILLS;
    const harmDone = () => (counts.worker_kills + counts.api_kills + counts.broker_kills) / wanted;

    const brought = () => system.history.acceptedIds.length / (FAULT_TASKS - LAST_PHOTOS);
    const repeat = async (times: number, pause: readonly [number, number], kill: () => Promise<void>) => {
      for (let time = 0; time < times; time++) {
        while (brought() < time / times) await sleep(LOOK_EVERY_MS);
        await sleep(system.dice.between(...pause));
        await kill();
      }
    };
    const startedAt = Date.now();
    await Promise.all([
      system.submit(FAULT_TASKS - LAST_PHOTOS, {
        pauseMs: BETWEEN_PHOTOS_MS,
        pace: () => harmDone() + PHOTOS_AHEAD,
      }),
      repeat(FAULT_WORKER_KILLS, PAUSES_MS.worker, () => nemesis.killWorker()),
      repeat(FAULT_API_KILLS, PAUSES_MS.api, () => nemesis.killApi()),
      repeat(FAULT_BROKER_KILLS, PAUSES_MS.broker, () => nemesis.killBroker()),
    ]);
    await system.submit(LAST_PHOTOS);
    await nemesis.killAll();
    const took_s = Math.round((Date.now() - startedAt) / 1000);
    await system.untilQuiet(90_000);
    const gave_up = (await system.inspector.tasks()).filter(gaveUp).length;
    const figures = { gave_up, took_s };
    expect(await judge(system, { scenario: 'long: kills', nemesis, figures, expected: EXPECTED })).toEqual(
      [],
    );
    expect(gave_up).toBeLessThanOrEqual(FAULT_TASKS / 100);
  });

  it('loses none when everything is killed at once, again and again', async () => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    let round = 0;
    const harm = async () => {
      for (; round < ROUNDS; round++) {
        await sleep(system.dice.between(500, 3_000));
        await nemesis.killAll();
        await Promise.all(system.programs.all.map((process) => process.untilReady(60_000)));
      }
    };
    await Promise.all([system.submit(200, { pace: () => (round + 1) / ROUNDS }), harm()]);
    const scenario = 'long: everything at once';
    expect(await judge(system, { scenario, nemesis, expected: EXPECTED })).toEqual([]);
  });
});
