import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Gate } from '../../support/gate.js';
import { cancelTask, retryTask } from '../clients/task-commands.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { RETRY_ATTEMPTS } from '../system/fault-system-options.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Runs that fail, so that the task does. */
const ALL_ATTEMPTS = 1 + RETRY_ATTEMPTS;
/** Those, as many again, and one for each death and each cancellation. */
const MOST_ENGINE_RUNS = 2 * ALL_ATTEMPTS + 4;

/** Time for the retry to come to a worker while the engine is still deaf. */
const DEAF_MS = 1_500;

/** Tasks that had ended, and that somebody asks for once more. */
describe('a task that is asked for once more is done, once', () => {
  const given = withFaultSystem({ scenario: 'retries', crashable: true, seed: seedOfRun() });
  const failsAtFirst = new Set<number>();
  let workMs = 100;
  /** The photo that a deaf engine is at until the gate is opened. */
  let held: { photo: number; gate: Gate } | undefined;

  beforeAll(() => {
    given.system.engine.colouriser.script = (photo, run) => {
      if (photo === held?.photo) return { gate: held.gate, deaf: true };
      return failsAtFirst.has(photo) && run <= ALL_ATTEMPTS ? { failure: 'error' } : { afterMs: workMs };
    };
  });

  const wrongAfter = (scenario: string) =>
    judge(given.system, { scenario, expected: { mostEngineRuns: MOST_ENGINE_RUNS } });

  async function bringFailed(count: number): Promise<NumberedPhoto[]> {
    const { system } = given;
    const photos = await system.photos.takeMany(count);
    for (const { number } of photos) failsAtFirst.add(number);
    await system.bring(photos);
    await system.untilQuiet(90_000);
    return photos;
  }

  it.each(CRASH_POINTS.filter(({ load }) => load === 'is retried'))('$name', async ({ name }) => {
    const { system } = given;
    const photos = await bringFailed(2);
    system.programs.arm(name);
    const [api] = system.apis;
    await Promise.all(photos.map((photo) => retryTask(api!.url, system.taskOf(photo))));
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 15_000 });
    expect(await wrongAfter(name)).toEqual([]);
  });

  it.each<[string, readonly [number, number]]>([
    ['waits or runs', [0, 400]],
    ['has just begun', [100, 200]],
  ])('after it was cancelled while it %s', async (moment, pauseMs) => {
    const { system } = given;
    const [api] = system.apis;
    workMs = 1_000;
    const photos = await system.photos.takeMany(12);
    await Promise.all(
      photos.map(async (photo) => {
        await system.bring([photo]);
        await sleep(system.dice.between(...pauseMs));
        if (await cancelTask(api!.url, system.taskOf(photo))) {
          await retryTask(api!.url, system.taskOf(photo));
        }
      }),
    );
    workMs = 100;
    expect(await wrongAfter(`cancelled while it ${moment}, and retried`)).toEqual([]);
  });

  it('while the worker that had it still waits for an engine that cannot be stopped', async () => {
    const { system } = given;
    const [api] = system.apis;
    const photo = await system.photos.take();
    const gate = new Gate();
    onTestFinished(() => gate.open());
    held = { photo: photo.number, gate };
    await system.bring([photo]);
    await vi.waitFor(() => expect(system.engine.colouriser.runs.get(photo.number)).toBe(1), {
      timeout: 10_000,
      interval: 10,
    });
    expect(await cancelTask(api!.url, system.taskOf(photo))).toBe(true);
    expect(await retryTask(api!.url, system.taskOf(photo))).toBe(true);
    await sleep(DEAF_MS);
    gate.open();
    expect(await wrongAfter('cancelled and retried while the engine was deaf')).toEqual([]);
  });
});
