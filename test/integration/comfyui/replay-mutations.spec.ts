import { describe, expect, it } from 'vitest';
import { Dice } from '../../faults/dice.js';
import { seedOfRun } from '../../faults/env.js';
import { playAll, type Trial } from '../../replay/replay-many.js';
import { rollFate, rollWire, type ReplayPlan } from '../../replay/replay-plan.js';
import { loadReplays, type Replay } from '../../replay/replay.js';

const seed = seedOfRun();
const replays = loadReplays();

function rolled(runs: number, roll: (dice: Dice, replay: Replay) => ReplayPlan): Trial[] {
  return Array.from({ length: runs }, (_, index) => {
    const dice = new Dice(seed + index);
    const replay = dice.pick(replays);
    return { replay, plan: roll(dice, replay), name: `SEED=${seed}, run ${index}` };
  });
}

describe(`mutated recordings of a real ComfyUI, SEED=${seed}`, () => {
  it.each([
    ['wire', rollWire],
    ['wire and fate', rollFate],
  ] as const)(
    'disturbed in %s all end right',
    async (what, roll) => {
      const trials = rolled(2_500, roll);
      const startedAtMs = performance.now();
      const tally = await playAll(trials);
      const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
      const outcomes = [...tally.outcomes].map(([kind, count]) => `${count} ${kind}`).join(', ');
      console.log(
        `SEED=${seed}, ${what}: ${tally.runs} runs in ${seconds} s, slowest ${Math.round(tally.slowestMs)} ms; ${outcomes}`,
      );
      expect(tally.wrong).toEqual([]);
      expect(tally.runs).toBe(2_500);
    },
    180_000,
  );
});
