import type { TaskLedger } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import {
  begun,
  charged,
  holderDied,
  isStale,
  isUnsettled,
  lastToldRun,
  letGo,
  NEW_LEDGER,
  parked,
  passedOn,
  redriven,
  told,
  verdict,
} from './ledger-rules.js';

const ME = { process: 'me', worker: 'w' };

/** A copy of the task's message that the broker holds; `x` is its `x-run`. */
interface Copy {
  x?: number;
  wasParked?: true;
  cameBack?: true;
}

/** The whole small world of one task: what lies in the broker, in the ledger, and what has been told. */
interface World {
  copies: Copy[];
  parking: number;
  ledger: TaskLedger;
  succeeded: boolean;
  /** What may still happen from outside. */
  duplicates: number;
  redrives: number;
  deaths: number;
}

const START: World = {
  copies: [{ x: 0 }],
  parking: 0,
  ledger: NEW_LEDGER,
  succeeded: false,
  duplicates: 1,
  redrives: 1,
  deaths: 3,
};

/**
 * Everything that can come next: for each copy that a worker may take, each way it can end, and the worker's death
 * after each single step of that. Steps are those of `TaskProcessor` and `TaskSettler`, in their order.
 */
function next(world: World): World[] {
  const worlds: World[] = [];
  if (world.duplicates > 0) {
    worlds.push({ ...world, duplicates: world.duplicates - 1, copies: [...world.copies, { x: 0 }] });
  }
  if (world.redrives > 0 && world.parking > 0) {
    const copies = [...world.copies, { wasParked: true } as const];
    worlds.push({ ...world, redrives: world.redrives - 1, parking: world.parking - 1, copies });
  }
  for (const [index, copy] of world.copies.entries()) {
    const others = world.copies.filter((_, at) => at !== index);
    const inHand: World = { ...world, copies: others };
    for (const steps of endings(inHand, copy)) {
      let now = inHand;
      for (const step of steps) {
        now = step(now);
        if (world.deaths > 0) {
          // It dies here: the broker hands its message out again.
          const copies = [...now.copies, { ...copy, cameBack: true } as const];
          worlds.push({ ...now, copies, deaths: world.deaths - 1 });
        }
      }
      worlds.push(now);
    }
  }
  return worlds;
}

type Step = (world: World) => World;

function endings(world: World, copy: Copy): Step[][] {
  const ledger =
    (change: (before: TaskLedger) => TaskLedger): Step =>
    (now) => ({ ...now, ledger: change(now.ledger) });
  const publish =
    (settled: (before: TaskLedger) => number): Step =>
    (now) => ({ ...now, copies: [...now.copies, { x: settled(now.ledger) }] });
  const park: Step[] = [(now) => ({ ...now, parking: now.parking + 1 }), ledger(parked)];
  const passOn = (counted: boolean): Step[] => [
    publish((before) => passedOn(before, counted).settledRun),
    ledger((before) => passedOn(before, counted)),
  ];
  if (isStale(world.ledger, copy.x)) return [[]];
  if (copy.wasParked) {
    return isUnsettled(world.ledger) ? [[]] : [[ledger(redriven), publish(({ settledRun }) => settledRun)]];
  }
  const before: Step[] = [];
  if (holderDied(world.ledger, copy.cameBack === true, ME)) {
    before.push(ledger(charged));
    const after = charged(world.ledger);
    if (verdict(after) === 'killer') return [[...before, ...park]];
    if (after.crashes > 1) return [[...before, ...passOn(false)]];
  }
  // Each process is another one than the last that held it.
  const begin = ledger((now) => begun(now, { process: `p${now.run}`, worker: 'w' }));
  const succeed: Step = (now) => ({ ...now, succeeded: true });
  return [
    [...before, begin, succeed, ledger((now) => passedOn(now, false))],
    [...before, begin, ...passOn(true)],
    [...before, begin, ...passOn(false)],
    [...before, begin, ...park],
    // Its worker stops and gives it back to its place.
    [
      ...before,
      begin,
      ledger(letGo),
      (now) => ({ ...now, copies: [...now.copies, { ...copy, cameBack: true }] }),
    ],
  ];
}

/** Runs are the only thing that grows without end. */
const MOST_RUNS = 3;

describe('the ledger, in every order of events with deaths after every step', () => {
  it('never lets a task go lost: until it has ended there is a copy that will be run', () => {
    const seen = new Set<string>();
    let worlds = [START];
    while (worlds.length > 0) {
      const fresh: World[] = [];
      for (const world of worlds.flatMap(next)) {
        const key = JSON.stringify({
          ...world,
          copies: world.copies.map((copy) => JSON.stringify(copy)).sort(),
        });
        if (seen.has(key) || world.ledger.run > MOST_RUNS || world.copies.length > 4) continue;
        seen.add(key);
        fresh.push(world);
        const alive = world.copies.some(
          (copy) => !isStale(world.ledger, copy.x) && !(copy.wasParked && isUnsettled(world.ledger)),
        );
        if (!alive && !world.succeeded && world.parking === 0)
          throw new Error(`Lost: ${JSON.stringify(world)}`);
      }
      worlds = fresh;
    }
    // So that the search itself cannot fall silent.
    expect(seen.size).toBeGreaterThan(1000);
  });
});

it('counts a failed attempt only where it is counted, and forgets all of it when the task is parked', () => {
  let ledger = begun(NEW_LEDGER, ME);
  ledger = passedOn(ledger, false);
  expect(ledger).toMatchObject({ run: 1, settledRun: 1, failedAttempts: 0, holder: null });
  ledger = passedOn(begun(ledger, ME), true);
  expect(ledger).toMatchObject({ run: 2, settledRun: 2, failedAttempts: 1 });
  ledger = parked(charged(begun(ledger, ME)));
  expect(ledger).toMatchObject({ run: 3, settledRun: 3, failedAttempts: 0, crashes: 0, holder: null });
});

it('takes nobody for dead who is this process, has let go, or whose message did not come back', () => {
  const held = begun(NEW_LEDGER, ME);
  const other = { process: 'other', worker: 'w' };
  expect(holderDied(held, true, ME)).toBe(false);
  expect(holderDied(letGo(held), true, other)).toBe(false);
  expect(holderDied(held, false, other)).toBe(false);
  expect(holderDied(held, true, other)).toBe(true);
});

it('knows the last run that was told, over those whose turn never came', () => {
  const first = begun(NEW_LEDGER, ME);
  expect([first.run, lastToldRun(first)]).toEqual([1, 1]);
  const withdrawnTwice = begun(letGo(begun(letGo(first), ME, true)), ME, true);
  expect([withdrawnTwice.run, lastToldRun(withdrawnTwice)]).toEqual([3, 1]);
  expect(lastToldRun(told(withdrawnTwice))).toBe(3);
  expect(lastToldRun(begun(withdrawnTwice, ME))).toBe(4);
  expect(lastToldRun(begun(NEW_LEDGER, ME, true))).toBe(0);
  expect(lastToldRun(passedOn(withdrawnTwice, false))).toBe(1);
});
