import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { faultEnv, seedOfRun } from '../env.js';
import '../global-fault-broker.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { FaultBroker } from '../system/fault-broker.js';
import { FaultSystem } from '../system/fault-system.js';

const HARM_MS = 120_000;
/** Brought right before the last fault, which kills everything. */
const LAST_PHOTOS = 20;

let postgres: PrivatePostgres;
let broker: FaultBroker;
let system: FaultSystem;

beforeAll(async () => {
  postgres = await PrivatePostgres.start();
  broker = FaultBroker.adopt(inject('faultBrokerFolder'));
  const { url: databaseUrl } = postgres;
  system = await FaultSystem.start({
    scenario: 'long-postgres',
    broker,
    databaseUrl,
    apis: 2,
    seed: seedOfRun(),
  });
});

afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

it('loses nothing with two API instances on PostgreSQL, whatever is killed', async () => {
  const nemesis = new Nemesis(system, broker, system.dice);
  system.engine.colouriser.script = (photo) => ({ afterMs: (photo % 7) * 10 });
  const startedAt = Date.now();
  const share = () => (Date.now() - startedAt) / HARM_MS;
  const keepOn = async (pause: readonly [number, number], kill: () => Promise<void>) => {
    while (share() < 1) {
      await sleep(system.dice.between(...pause));
      await kill();
    }
  };
  await Promise.all([
    system.submit(faultEnv().FAULT_POSTGRES_TASKS, { pace: share }),
    keepOn([1_000, 4_000], () => nemesis.killWorker()),
    keepOn([1_000, 4_000], () => nemesis.killApi()),
    keepOn([10_000, 20_000], () => nemesis.killBroker()),
  ]);
  await system.submit(LAST_PHOTOS);
  await nemesis.killAll();
  const trial = { scenario: 'long: PostgreSQL and two APIs', nemesis, expected: { mostEngineRuns: 12 } };
  expect(await judge(system, trial)).toEqual([]);
});
