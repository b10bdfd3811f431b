import { beforeAll, describe, expect, it, vi } from 'vitest';
import { wrongs } from '../check/check.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Two tasks at each point: the one whose process dies, and a neighbour. */
const TASKS = 2;
/** A process dies once at each point; the supervisor has to start it, and everything has to be done again. */
const RECOVERY_MS = 90_000;

/** Those of tasks that end by themselves; the others are in the specs of what is done to them. */
const BY_THEMSELVES = ['succeeds', 'fails once', 'fails always'];
const AT_WORK = CRASH_POINTS.filter(({ load }) => BY_THEMSELVES.includes(load));

/** One system that dies at every point of the table, one after the other. */
describe('a process that dies', () => {
  const given = withFaultSystem({ scenario: 'crash-points', crashable: true });
  /** Photos that the engine fails, the first time or always. */
  const failsOnce = new Set<number>();
  const failsAlways = new Set<number>();

  beforeAll(() => {
    given.system.engine.colouriser.script = (photo, run) =>
      failsAlways.has(photo) || (failsOnce.has(photo) && run === 1) ? { failure: 'error' } : {};
  });

  it.each(AT_WORK)('$name', async ({ name, load }) => {
    const { system } = given;
    const first = system.photos.all.size + 1;
    for (let photo = first; photo < first + TASKS; photo++) {
      if (load === 'fails once') failsOnce.add(photo);
      if (load === 'fails always') failsAlways.add(photo);
    }
    const { deaths } = system.programs;

    system.programs.arm(name);
    await system.submit(TASKS);
    await vi.waitFor(() => expect(system.programs.deaths).toBe(deaths + 1), {
      timeout: 15_000,
      interval: 25,
    });
    expect(system.programs.hasFired).toBe(true);

    const report = await system.verdict(RECOVERY_MS, {
      mayEndAs: (photo) => (failsAlways.has(photo) ? ['failed'] : ['succeeded']),
      // Three attempts, and one more for the death.
      mostEngineRuns: 4,
    });
    expect(wrongs(report)).toEqual([]);
    expect(report.tasks).toBe(system.photos.all.size);
  });
});
