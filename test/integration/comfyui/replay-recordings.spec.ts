import { describe, expect, it } from 'vitest';
import { playAll } from '../../replay/replay-many.js';
import { CUTS, UNTOUCHED } from '../../replay/replay-plan.js';
import { playReplay } from '../../replay/replay-run.js';
import { framesOf, loadReplays } from '../../replay/replay.js';

const replays = loadReplays();

describe('recordings of a real ComfyUI, as they are', () => {
  it.each(replays.map((replay) => [replay.name, replay] as const))('%s', async (_name, replay) => {
    const run = await playReplay(replay, UNTOUCHED);
    expect(run.wrongs).toEqual([]);
  });
});

describe('recordings with the socket cut', () => {
  it.each(CUTS)(
    '%s each of their frames end right',
    async (how) => {
      const trials = replays.flatMap((replay) =>
        framesOf(replay).map((at) => ({
          replay,
          plan: { ...UNTOUCHED, cut: { at, how } },
          name: `cut at ${at}`,
        })),
      );
      const tally = await playAll(trials);
      console.log(`cut ${how} a frame: ${tally.runs} runs, slowest ${Math.round(tally.slowestMs)} ms`);
      expect(tally.wrong).toEqual([]);
      expect(tally.runs).toBeGreaterThan(1_000);
    },
    120_000,
  );
});
