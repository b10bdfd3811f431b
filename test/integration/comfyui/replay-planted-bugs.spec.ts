import { describe, expect, it } from 'vitest';
import { Dice } from '../../faults/dice.js';
import { seedOfRun } from '../../faults/env.js';
import { PLANTED_BUGS, type PlantedBug } from '../../replay/planted-bugs.js';
import { playAll, type Trial } from '../../replay/replay-many.js';
import { loadReplays } from '../../replay/replay.js';

const seed = seedOfRun();
const replays = loadReplays();

const trialsOf = ({ roll, shownBy = () => true }: PlantedBug): Trial[] =>
  Array.from({ length: 120 }, (_, index) => {
    const dice = new Dice(seed + index);
    const replay = dice.pick(replays.filter(shownBy));
    return { replay, plan: roll(dice, replay), name: `SEED=${seed}, run ${index}` };
  });

describe(`planted bugs, SEED=${seed}`, () => {
  it.each(PLANTED_BUGS)(
    'a client that $name is found out, and ours is not',
    async (bug) => {
      const trials = trialsOf(bug);
      const found = await playAll(trials, bug.runner);
      console.log(`${bug.name}: ${found.wrong.length} of ${found.runs} runs went wrong`);
      expect(found.wrong.length).toBeGreaterThan(0);
      expect((await playAll(trials)).wrong).toEqual([]);
    },
    120_000,
  );
});
