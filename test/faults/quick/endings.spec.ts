import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cancelTask } from '../clients/task-commands.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withFaultSystem } from '../system/with-fault-system.js';

const WAITING_LIMIT = '2s';
/** Around the limit and what the API allows for clocks that differ. */
const AT_THE_LIMIT_MS = [1_500, 4_000] as const;

/** Tasks that do not end by being done: nobody began them in time, or their owner did not want them any more. */
describe('a task that is ended early has one end', () => {
  const given = withFaultSystem({
    scenario: 'endings',
    crashable: true,
    apiSettings: { QUEUE_TIMEOUT: WAITING_LIMIT },
    seed: seedOfRun(),
  });
  /** By photo: what the API has answered. */
  const cancelled = new Map<number, boolean>();

  beforeAll(() => {
    given.system.engine.colouriser.script = () => ({ afterMs: 100 });
  });

  const wrongAfter = (scenario: string) =>
    judge(given.system, {
      scenario,
      expected: {
        mayEndAs: (photo) => {
          // With so short a limit any photo may expire, while the API is dead for a moment, say.
          return cancelled.get(photo) ? ['cancelled'] : ['succeeded', 'expired'];
        },
        mostEngineRuns: 4,
      },
    });

  /** Brings photos while no worker runs, and lets the workers come back at about the limit. */
  async function expireSome(
    count: number,
    meanwhile: () => Promise<unknown> = async () => {},
  ): Promise<void> {
    const { system } = given;
    await Promise.all(system.workers.map((worker) => worker.stop()));
    try {
      await system.submit(count, { pauseMs: 100 });
      await meanwhile();
      await sleep(system.dice.between(...AT_THE_LIMIT_MS));
    } finally {
      for (const worker of system.workers) worker.run();
    }
  }

  /** Brings photos, and cancels each some time after it was accepted. */
  async function cancelSome(count: number): Promise<void> {
    const { system } = given;
    const photos = await system.photos.takeMany(count);
    const [api] = system.apis;
    await Promise.all(
      photos.map(async (photo) => {
        await system.bring([photo]);
        await sleep(system.dice.between(0, 400));
        cancelled.set(photo.number, await cancelTask(api!.url, system.taskOf(photo)));
      }),
    );
  }

  it('at its waiting limit, when workers come back at that moment', async () => {
    await expireSome(12);
    expect(await wrongAfter('waiting limit')).toEqual([]);
  });

  it('by a cancellation, whatever is done with it at that moment', async () => {
    await cancelSome(16);
    expect(await wrongAfter('cancellations')).toEqual([]);
    expect([...cancelled.values()]).toContain(true);
  });

  it.each(CRASH_POINTS.filter(({ load }) => load === 'expires'))('$name', async ({ name }) => {
    const { system } = given;
    system.programs.arm(name);
    await expireSome(2, () =>
      vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 15_000 }),
    );
    expect(await wrongAfter(name)).toEqual([]);
  });

  it.each(CRASH_POINTS.filter(({ load }) => load === 'is cancelled'))('$name', async ({ name }) => {
    const { system } = given;
    system.programs.arm(name);
    await cancelSome(8);
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 15_000 });
    expect(await wrongAfter(name)).toEqual([]);
  });
});
