import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultEnv } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { ScaledOut } from '../system/scaled-out.js';

const HARM_MS = 120_000;
const IN_PIECES = 20;

let scaled: ScaledOut;

beforeAll(async () => {
  scaled = await ScaledOut.start('long-scale-out', { workers: 4, engines: 2 });
});
afterAll(() => scaled?.stop());

it('loses and doubles nothing while API instances, workers, the S3 server and the broker are killed', async () => {
  const { system, broker, s3, watchers } = scaled;
  const nemesis = new Nemesis(system, broker, system.dice);
  const startedAt = Date.now();
  const share = () => (Date.now() - startedAt) / HARM_MS;
  const keepOn = async (pause: readonly [number, number], kill: () => Promise<void>) => {
    while (share() < 1) {
      await sleep(system.dice.between(...pause));
      await kill();
    }
  };
  let storeKills = 0;
  const [inPieces] = await Promise.all([
    scaled.submitPieces(IN_PIECES),
    system.submit(faultEnv().FAULT_SCALE_TASKS, { pace: share }),
    keepOn([3_000, 8_000], () => nemesis.killWorker()),
    keepOn([3_000, 8_000], () => nemesis.killApi()),
    keepOn([20_000, 40_000], () => nemesis.killBroker()),
    keepOn([20_000, 40_000], async () => {
      await nemesis.during(s3.kill());
      storeKills++;
    }),
  ]);
  const reconnects = watchers.reduce((sum, watcher) => sum + watcher.reconnects, 0);
  const trial = {
    scenario: 'long: scale-out',
    nemesis,
    figures: { store_kills: storeKills, reconnects },
    expected: { mostEngineRuns: 20 },
    recoveryLimitS: 60,
  };
  expect(await judge(system, trial)).toEqual([]);
  expect(await scaled.missed(inPieces, 15_000)).toEqual([]);
  expect(watchers.map(({ snapshots }) => snapshots)).toEqual([1, 1, 1]);
});
