import { afterAll, beforeAll, expect, it } from 'vitest';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { ScaledOut } from '../system/scaled-out.js';

const PHOTOS = 12;
const IN_PIECES = 2;
/** The S3 server shares this machine with all the processes, and is slower than a real one. */
const RECOVERY_LIMIT_S = 60;

let scaled: ScaledOut;

beforeAll(async () => {
  scaled = await ScaledOut.start('scale-out', { workers: 2 });
});
afterAll(() => scaled?.stop());

it('loses and doubles nothing when an API instance and a worker are killed, and clients just connect again', async () => {
  const { system, broker, watchers } = scaled;
  const nemesis = new Nemesis(system, broker, system.dice);
  const [inPieces] = await Promise.all([
    scaled.submitPieces(IN_PIECES),
    system.submit(PHOTOS, { pauseMs: 100 }),
    nemesis.killWorker(),
    nemesis.killApi(),
  ]);
  const expected = { mostEngineRuns: 8 };
  const trial = { scenario: 'scale-out', nemesis, expected, recoveryLimitS: RECOVERY_LIMIT_S };
  expect(await judge(system, trial)).toEqual([]);
  expect(await scaled.missed(inPieces, 15_000)).toEqual([]);
  // The one whose instance died went on at the other, from where it was.
  expect(watchers.map(({ reconnects }) => reconnects).toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(watchers.map(({ snapshots }) => snapshots)).toEqual([1, 1]);
});
