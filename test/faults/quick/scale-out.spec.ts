import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { SteadyReader } from '../clients/steady-reader.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { ScaledOut } from '../system/scaled-out.js';

const WORKERS = 4;
const PHOTOS = 16;
const CLIENTS = 4;
const IN_PIECES = 2;
/** The S3 server shares this machine with all the processes, and is slower than a real one. */
const RECOVERY_LIMIT_S = 60;

let scaled: ScaledOut;

beforeAll(async () => {
  scaled = await ScaledOut.start('scale-out', { workers: WORKERS });
});
afterAll(() => scaled?.stop());

it('loses and doubles nothing when an API instance and a worker are killed, and clients just connect again', async () => {
  const { system, broker, watchers, front } = scaled;
  const nemesis = new Nemesis(system, broker, system.dice);
  const reader = new SteadyReader(`${front.url}/v1/tasks?limit=20`);
  onTestFinished(() => reader.stop());
  const [inPieces, askedAgain] = await Promise.all([
    scaled.submitPieces(IN_PIECES),
    scaled.submitThroughFront(PHOTOS, CLIENTS),
    nemesis.killWorker(),
    nemesis.killApi(),
  ]);
  const expected = { mostEngineRuns: 8 };
  const trial = { scenario: 'scale-out', nemesis, expected, recoveryLimitS: RECOVERY_LIMIT_S };
  expect(await judge(system, trial)).toEqual([]);
  expect(await scaled.missed(inPieces, 60_000)).toEqual([]);
  await reader.stop();

  // Behind a front that fails over nobody who sends or looks was told of it: no request had to be made again.
  expect(askedAgain).toEqual([]);
  expect(reader.failures).toEqual([]);
  expect(reader.answered).toBeGreaterThan(0);
  // Live, the one whose instance died went on at the other, from where it was; the one behind the front maybe, too.
  const [first, second, behindFront] = watchers.map(({ reconnects }) => reconnects);
  expect([first!, second!].toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(behindFront).toBeLessThanOrEqual(1);
  expect(watchers.map(({ snapshots }) => snapshots)).toEqual([1, 1, 1]);
});
