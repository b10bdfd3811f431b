import { isFinalState, TASK_STATES, type TaskState } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { nextState, TRANSITIONS, type StateChange } from './task-transitions.js';

interface Told {
  kind: StateChange;
  run: number;
}

const KINDS = Object.keys(TRANSITIONS) as StateChange[];
const told = (kind: StateChange, run: number): Told => ({ kind, run });

/** All of it, in this order, from a task that has just been made. */
function play(events: readonly Told[]): { state: TaskState; run: number }[] {
  const walk: { state: TaskState; run: number }[] = [{ state: 'queued', run: 0 }];
  for (const event of events) {
    const { state, run } = walk.at(-1)!;
    walk.push(nextState(state, run, event) ?? { state, run });
  }
  return walk;
}

const endOf = (events: readonly Told[]) => play(events).at(-1)?.state;

describe('the walks of a task', () => {
  it.each<[string, Told[], TaskState[]]>([
    ['success', [told('started', 1), told('succeeded', 1)], ['running', 'succeeded']],
    [
      'a retry',
      [told('started', 1), told('retrying', 1), told('started', 2), told('succeeded', 2)],
      ['running', 'queued', 'running', 'succeeded'],
    ],
    [
      'a lost worker',
      [told('started', 1), told('started', 2), told('requeued', 2), told('started', 3), told('failed', 3)],
      ['running', 'running', 'queued', 'running', 'failed'],
    ],
    [
      'an operator sends it through once more',
      [told('started', 1), told('failed', 1), told('redriven', 2), told('started', 3), told('succeeded', 3)],
      ['running', 'failed', 'queued', 'running', 'succeeded'],
    ],
    ['nobody begins it', [told('expired', 0)], ['expired']],
    ['its caller changes their mind', [told('started', 1), told('cancelled', 1)], ['running', 'cancelled']],
    ['it cannot be read', [told('failed', 0)], ['failed']],
  ])('%s', (_, events, states) => {
    expect(
      play(events)
        .slice(1)
        .map(({ state }) => state),
    ).toEqual(states);
  });

  it('does not expire once a worker has begun it', () => {
    expect(endOf([told('started', 1), told('expired', 0)])).toBe('running');
    expect(endOf([told('started', 1), told('requeued', 1), told('expired', 0)])).toBe('queued');
  });

  it('takes no cancellation that a worker tells after the task was asked for once more', () => {
    const cancelled = [told('started', 1), told('cancelled', 1_000_000)];
    expect(endOf([...cancelled, told('retried', 2), told('cancelled', 1)])).toBe('queued');
    expect(endOf([...cancelled, told('retried', 2), told('cancelled', 1_000_000)])).toBe('cancelled');
  });

  it('takes no failure of a run that another has followed', () => {
    expect(endOf([told('started', 1), told('started', 2), told('failed', 1)])).toBe('running');
    expect(endOf([told('failed', 1), told('redriven', 2), told('failed', 1)])).toBe('queued');
  });
});

describe('whatever comes, twice and out of order', () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const random = dice(seed);
  const someEvents = () =>
    Array.from({ length: 1 + random(15) }, () => told(KINDS[random(KINDS.length)]!, random(6)));

  it(`leaves a final state only when it is asked for, and never undoes a later run (seed ${seed})`, () => {
    for (let round = 0; round < 5000; round += 1) {
      const events = someEvents();
      const walk = play(events);
      const wrong = events.filter((event, index) => {
        const [before, after] = [walk[index]!, walk[index + 1]!];
        if (after.state === before.state && after.run === before.run) return false;
        const leftFinal = isFinalState(before.state) && !['redriven', 'retried'].includes(event.kind);
        const undone = event.run < before.run && event.kind !== 'succeeded';
        return leftFinal || undone || after.run < before.run;
      });
      expect({ events, wrong }).toEqual({ events, wrong: [] });
    }
  });

  it(`changes nothing when it comes a second time at once (seed ${seed})`, () => {
    for (let round = 0; round < 5000; round += 1) {
      const event = told(KINDS[random(KINDS.length)]!, random(6));
      const events = [...someEvents(), event];
      expect(play([...events, event]).at(-1)).toEqual(play(events).at(-1));
    }
  });

  it(`ends as the workers ended it, in any order with doubles (seed ${seed})`, () => {
    const story = [
      told('started', 1),
      told('retrying', 1),
      told('started', 2),
      told('requeued', 2),
      told('started', 3),
    ];
    for (const last of ['succeeded', 'failed', 'cancelled'] as const) {
      for (let round = 0; round < 500; round += 1) {
        const all = [...story, ...story, told(last, 3), told(last, 3)];
        expect(endOf(shuffled(all, random))).toBe(last);
      }
    }
  });

  it('has a rule for every state only of states that there are', () => {
    for (const { from, to } of Object.values(TRANSITIONS)) {
      expect(TASK_STATES).toEqual(expect.arrayContaining([to, ...Object.keys(from)]));
    }
  });
});

/** Whole numbers below `limit`, the same ones for the same seed (mulberry32). */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.trunc((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

function shuffled<T>(items: readonly T[], random: (limit: number) => number): T[] {
  const left = [...items];
  return items.map(() => left.splice(random(left.length), 1)[0]!);
}
