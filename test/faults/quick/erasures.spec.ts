import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { eraseTask } from '../clients/task-commands.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withFaultSystem } from '../system/with-fault-system.js';

/**
 * What was not erased at once is erased in the next round, on a grid of 10 s, or in the one after it, on a grid of a minute
 * and at least one later: 20 s and 120 s at the most, and what a round takes.
 */
const ERASED_WITHIN_MS = 180_000;

/** Kills at any moment are in the long set (`commands`). */
describe('nothing is left of a photo that was erased', { timeout: 300_000 }, () => {
  const given = withFaultSystem({ scenario: 'erasures', crashable: true, seed: seedOfRun() });

  beforeAll(() => {
    given.system.engine.colouriser.script = () => ({ afterMs: 200 });
  });

  /** Brings photos and erases half of them at any moment of their lives. */
  async function eraseSome(count: number): Promise<void> {
    const { system } = given;
    const [api] = system.apis;
    const photos = await system.photos.takeMany(count);
    await Promise.all(
      photos.map(async (photo, index) => {
        await system.bring([photo]);
        if (index % 2 === 1) return;
        await sleep(system.dice.between(0, 1_500));
        await eraseTask(api!.url, system.taskOf(photo));
        system.submissionOf(photo.number).erased = true;
      }),
    );
  }

  /** Waits until nothing is left, then judges all. */
  async function wrongAfter(scenario: string): Promise<string[]> {
    const { system } = given;
    await system.untilQuiet(90_000);
    await system.untilErased(ERASED_WITHIN_MS);
    return judge(system, { scenario, expected: { mostEngineRuns: 4 } });
  }

  it('whatever was done with it at that moment, and whichever process died', async () => {
    const { system } = given;
    await eraseSome(24);
    for (const { name } of CRASH_POINTS.filter(({ load }) => load === 'is erased')) {
      system.programs.arm(name);
      await eraseSome(6);
      await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 15_000 });
      await system.untilQuiet(90_000);
    }
    // One wait for all of them: what is left is looked for a few times a minute only.
    expect(await wrongAfter('erasures and deaths')).toEqual([]);
  });
});
