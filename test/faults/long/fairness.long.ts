import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { grouped } from '../check/grouped.js';
import type { StoredStep } from '../check/observation.js';
import type { FaultClient } from '../clients/fault-client.js';
import { seedOfRun } from '../env.js';
import { Absences } from '../nemesis/absences.js';
import { judge } from '../nemesis/judge.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const ALBUM_PHOTOS = 300;
const UPLOADS_AT_ONCE = 4;
const SINGLE_PHOTOS = 16;
/** Of the API and of a worker, in turn. */
const KILLS = 8;
const WORKERS = 2;
const WORK_MS = 600;
/** What a single photo may wait at most: what runs, what the broker holds, and as much again. */
const MOST_SERVICE_TIMES = 5;
/** Running, and twice as many behind them; what was under way to the broker when an API died may come twice. */
const MOST_IN_BROKER = 3 * WORKERS + 2 * WORKERS;

const given = withFaultSystem({ scenario: 'fairness', workers: WORKERS, seed: seedOfRun() });

async function bringAlbum(): Promise<void> {
  const { system } = given;
  const owner = await system.newOwner('album', true);
  const left = await system.photos.takeMany(ALBUM_PHOTOS);
  const bring = async () => {
    for (let photo = left.shift(); photo; photo = left.shift()) await owner.submit(photo, 'person');
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, bring));
}

/** Single photos of different owners, at any moment. Gives their tasks. */
async function bringSingles(owners: readonly FaultClient[]): Promise<string[]> {
  const { system } = given;
  const ids: string[] = [];
  for (const owner of owners) {
    await sleep(system.dice.between(500, 3_000));
    const photo = await system.photos.take();
    await owner.submit(photo, 'person');
    ids.push(system.taskOf(photo));
  }
  return ids;
}

async function killAll(absences: Absences): Promise<void> {
  const { system } = given;
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(system.dice.between(2_000, 4_000));
    const killed = system.dice.pick(kill % 2 === 0 ? system.apis : system.workers);
    await absences.until(killed.kill().then(() => killed.untilReady(30_000)));
  }
}

/** The most messages that the broker had of the type at any look. */
async function watchBroker(signal: AbortSignal): Promise<number> {
  const { system } = given;
  let most = 0;
  while (!signal.aborted) {
    most = Math.max(most, await system.inspector.inBroker('photo_repair.work.person'));
    await sleep(100);
  }
  return most;
}

const atOf = (steps: readonly StoredStep[], step: StoredStep['step']) =>
  steps.find((each) => each.step === step)?.at;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

it('single photos begin soon beside a waiting album, although the API and workers are killed again and again', async () => {
  const { system } = given;
  system.engine.colouriser.script = () => ({ afterMs: WORK_MS });
  const names = Array.from({ length: SINGLE_PHOTOS }, (_, index) => `single ${index + 1}`);
  const owners = await Promise.all(names.map((name) => system.newOwner(name, false)));
  await Promise.all(system.workers.map((worker) => worker.stop()));
  await bringAlbum();
  for (const worker of system.workers) worker.run();
  await Promise.all(system.workers.map((worker) => worker.untilReady(30_000)));

  // Until now workers were missing on purpose.
  const faultsEndedAt = Date.now();
  const absences = new Absences();
  const watching = new AbortController();
  const watched = watchBroker(watching.signal);
  const [singles] = await Promise.all([bringSingles(owners), killAll(absences)]);
  await system.untilBegun(singles, 30_000);
  watching.abort();

  const logs = grouped(await system.inspector.steps(), ({ taskId }) => taskId);
  const services = [...logs.values()].flatMap((steps) => {
    const [from, to] = [atOf(steps, 'started'), atOf(steps, 'succeeded')];
    return from === undefined || to === undefined ? [] : [to - from];
  });
  const serviceMs = median(services);
  const waits = singles.map((id) => {
    const [from, to] = [atOf(logs.get(id)!, 'submitted')!, atOf(logs.get(id)!, 'started')!];
    return (to - from - absences.within(from, to)) / serviceMs;
  });
  // Enough of the album still waits, or nothing was proved.
  const waiting = (await system.inspector.tasks()).filter(({ state }) => state === 'queued').length;
  system.engine.colouriser.script = () => ({});
  const figures = {
    still_waiting: waiting,
    service_ms: serviceMs,
    most_in_broker: await watched,
    longest_wait_in_service_times: Math.round(Math.max(...waits) * 10) / 10,
  };
  expect(
    await judge(system, { scenario: 'fairness', figures, expected: { faultsEndedAt, mostEngineRuns: 6 } }),
  ).toEqual([]);
  expect(waiting).toBeGreaterThan(ALBUM_PHOTOS / 2);
  expect(Math.max(...waits)).toBeLessThan(MOST_SERVICE_TIMES);
  expect(await watched).toBeLessThanOrEqual(MOST_IN_BROKER);
});
