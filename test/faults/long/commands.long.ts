import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Expectations } from '../check/observation.js';
import { cancelTask, eraseTask, retryTask } from '../clients/task-commands.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const PHOTOS = 60;
const OWNERS = 6;
/** From one command to the next. */
const PAUSE_MS = [0, 1_200] as const;
const ERASED_WITHIN_MS = 100_000;

/** What is done with a photo after it was accepted, one after the other. */
const FATES = [
  [],
  ['cancel'],
  ['cancel', 'retry'],
  ['cancel', 'retry', 'cancel', 'retry'],
  ['erase'],
  ['cancel', 'retry', 'erase'],
] as const;

describe('whatever owners do with their photos while processes are killed', { timeout: 240_000 }, () => {
  const given = withFaultSystem({ scenario: 'commands', seed: seedOfRun() });
  /** By photo: whether it was cancelled at last. */
  const cancelled = new Map<number, boolean>();

  beforeAll(() => {
    given.system.engine.colouriser.script = (photo) => ({
      afterMs: 50 + (photo % 7) * 100,
      deaf: photo % 3 === 0,
    });
  });

  const expected: Partial<Expectations> = {
    mayEndAs: (photo) => [cancelled.get(photo) ? 'cancelled' : 'succeeded'],
    // Three attempts for each time that it is asked for, and one more for each kill.
    mostEngineRuns: 16,
  };

  async function bringOne(): Promise<void> {
    const { system } = given;
    const photo = await system.photos.take();
    await system.bring([photo]);
    const { url } = system.apis[0]!;
    const id = system.taskOf(photo);
    for (const command of system.dice.pick(FATES)) {
      await sleep(system.dice.between(...PAUSE_MS));
      if (command === 'cancel') cancelled.set(photo.number, await cancelTask(url, id));
      else if (command === 'erase') {
        await eraseTask(url, id);
        system.submissionOf(photo.number).erased = true;
      } else if (cancelled.get(photo.number)) {
        await retryTask(url, id);
        cancelled.set(photo.number, false);
      }
    }
  }

  async function bringAll(): Promise<void> {
    let left = PHOTOS;
    const bring = async () => {
      while (left-- > 0) await bringOne();
    };
    await Promise.all(Array.from({ length: OWNERS }, bring));
  }

  it.each<[string, (nemesis: Nemesis) => Promise<void>]>([
    ['nobody is killed', async () => {}],
    [
      'workers and APIs are killed',
      async (nemesis) => {
        for (let kill = 0; kill < 4; kill++) {
          await sleep(given.system.dice.between(500, 2_000));
          await (kill % 2 === 0 ? nemesis.killApi() : nemesis.killWorker());
        }
      },
    ],
    ['the broker is killed', (nemesis) => sleep(2_000).then(() => nemesis.killBroker())],
    ['everything is killed', (nemesis) => sleep(2_000).then(() => nemesis.killAll())],
  ])('%s', async (scenario, harm) => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    await Promise.all([bringAll(), harm(nemesis)]);
    await system.untilQuiet(60_000);
    await system.untilErased(ERASED_WITHIN_MS);
    // Commands go on after the last fault, so that the last end says nothing of the time to recover; what waits does.
    const { lastFaultEndedAt: faultsEndedAt, counts: figures } = nemesis;
    const trial = { scenario: `commands: ${scenario}`, figures, expected: { ...expected, faultsEndedAt } };
    expect(await judge(system, trial)).toEqual([]);
  });
});
