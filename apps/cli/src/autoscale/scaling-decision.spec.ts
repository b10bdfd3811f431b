import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TypeLook } from './look.js';
import {
  afterStep,
  decide,
  NO_MEMORY,
  wantedWorkers,
  waitingPhotos,
  type ScalingRules,
} from './scaling-decision.js';

const RULES: ScalingRules = {
  min: 1,
  max: 4,
  perWorker: 100,
  besides: 0,
  maxWaitMs: 150_000,
  intervalMs: 15_000,
  cooldownMs: 300_000,
};

const line = (inLine: number, more: Partial<TypeLook> = {}): TypeLook[] => [
  { type: 'person', inLine, paused: false, workers: 1, waitMs: null, ...more },
];
const staff = (count: number, arriving = 0) => ({ count, arriving });

const rules = fc
  .record({
    min: fc.nat(5),
    more: fc.nat(20),
    perWorker: fc.integer({ min: 1, max: 300 }),
    besides: fc.nat(3),
    maxWaitMs: fc.option(fc.integer({ min: 1, max: 600_000 })),
    intervalMs: fc.integer({ min: 100, max: 60_000 }),
    cooldownMs: fc.integer({ min: 1_000, max: 900_000 }),
  })
  .map(({ more, ...rest }) => ({ ...rest, max: Math.max(1, rest.min + more) }));

const types = fc.array(
  fc.record({
    type: fc.constantFrom('person', 'building', 'old'),
    inLine: fc.nat(3000),
    paused: fc.boolean(),
    workers: fc.nat(6),
    waitMs: fc.option(fc.nat(900_000)),
  }),
  { maxLength: 4 },
);

/** A day of looks, each answered or not, and the supervisor that lives through it with workers that always obey. */
function live(looks: readonly (readonly TypeLook[] | null)[], by: ScalingRules, first: number) {
  let count = first;
  let memory = NO_MEMORY;
  const steps: { at: number; step: number; count: number; wanted: number | null }[] = [];
  looks.forEach((look, turn) => {
    const at = turn * by.intervalMs;
    const decision = decide(look, staff(count), memory, by, at);
    memory = decision.step === 0 ? decision.memory : afterStep(at);
    count += decision.step;
    steps.push({ at, step: decision.step, count, wanted: decision.wanted });
  });
  return steps;
}

/** What a supervisor may never do, of one of its looks. */
function whatIsWrong(turn: number, steps: ReturnType<typeof live>, by: ScalingRules): string[] {
  const { at, step, count, wanted } = steps[turn]!;
  const before = steps.slice(0, turn);
  const lately = before.filter((other) => other.at > at - by.cooldownMs);
  const wrong = {
    'did more than a step': ![-1, 0, 1].includes(step),
    'changed something without knowledge': wanted === null && step !== 0,
    'went above the limit': step > 0 && count > by.max,
    'went below the limit': step < 0 && count < by.min,
    'went up for nothing': step > 0 && count > wanted!,
    'went down before the cool-down': step < 0 && at < by.cooldownMs,
    'went down soon after a step': step < 0 && lately.some((other) => other.step !== 0),
    'went down although nobody knew for a while': step < 0 && lately.some((other) => other.wanted === null),
    'went down although it was wanted lately':
      step < 0 && lately.some((other) => (other.wanted ?? 0) > count),
  };
  return Object.entries(wrong).flatMap(([what, is]) => (is ? [`${what} at ${at}`] : []));
}

describe('how many workers are wanted', () => {
  it.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [200, 2],
    [201, 3],
    [400, 4],
    [9999, 4],
  ])('%d photos in line: %d', (waiting, wanted) => {
    expect(wantedWorkers(line(waiting), staff(1), RULES)).toBe(wanted);
  });

  it('counts all types together, and what is paused not at all', () => {
    const all = [...line(60), ...line(60, { type: 'building' }), ...line(900, { type: 'old', paused: true })];
    expect(waitingPhotos(all)).toBe(120);
    expect(wantedWorkers(all, staff(1), RULES)).toBe(2);
  });

  it('lets workers that run anyway do their part', () => {
    const beside = { ...RULES, min: 0, besides: 1 };
    expect([1, 100, 101, 201].map((waiting) => wantedWorkers(line(waiting), staff(0), beside))).toEqual([
      0, 0, 1, 2,
    ]);
  });

  it('is one more where a photo would wait for too long, once those that were started show', () => {
    const long = line(40, { waitMs: 200_000, workers: 2 });
    expect(wantedWorkers(long, staff(2), RULES)).toBe(3);
    expect(wantedWorkers(long, staff(2, 1), RULES)).toBe(2);
    expect(wantedWorkers(long, staff(2), { ...RULES, maxWaitMs: null })).toBe(1);
    expect(wantedWorkers(line(40, { waitMs: 200_000, paused: true }), staff(2), RULES)).toBe(1);
    expect(wantedWorkers(line(0, { waitMs: 200_000 }), staff(2), RULES)).toBe(1);
  });

  it('keeps the worker without which the wait would be too long', () => {
    expect(wantedWorkers(line(40, { waitMs: 100_000, workers: 2 }), staff(2), RULES)).toBe(2);
    expect(wantedWorkers(line(40, { waitMs: 70_000, workers: 2 }), staff(2), RULES)).toBe(1);
  });

  it('stays within the limits, and never falls when more wait', () => {
    fc.assert(
      fc.property(
        types,
        rules,
        fc.nat(12),
        fc.nat(3),
        fc.nat(500),
        fc.nat(3),
        (all, by, count, arriving, more, at) => {
          const fewer = wantedWorkers(all, staff(count, arriving), by);
          expect(fewer).toBeGreaterThanOrEqual(by.min);
          expect(fewer).toBeLessThanOrEqual(by.max);
          const grown = all.map((type, index) =>
            index === at ? { ...type, inLine: type.inLine + more } : type,
          );
          expect(wantedWorkers(grown, staff(count, arriving), by)).toBeGreaterThanOrEqual(fewer);
        },
      ),
    );
  });
});

describe('what is done about it', () => {
  it('goes up at once, a step at each look', () => {
    const steps = live([line(250), line(250), line(250), line(250)], RULES, 1);
    expect(steps.map(({ count }) => count)).toEqual([2, 3, 3, 3]);
  });

  it('goes down one at a time, each after a cool-down of its own', () => {
    const steps = live(
      Array.from({ length: 60 }, () => line(0)),
      RULES,
      3,
    );
    const down = steps.filter(({ step }) => step < 0).map(({ at }) => at);
    expect(down).toEqual([300_000, 615_000]);
    expect(steps.at(-1)?.count).toBe(1);
  });

  it('tries again at the next look where the step could not be made', () => {
    const first = decide(line(0), staff(2), { steppedAt: 0, quietSince: 0 }, RULES, 300_000);
    expect(first.step).toBe(-1);
    expect(decide(line(0), staff(2), first.memory, RULES, 315_000).step).toBe(-1);
  });

  it('never changes anything while nobody knows, and waits anew after that', () => {
    const looks = [
      ...Array.from({ length: 20 }, () => line(0)),
      null,
      ...Array.from({ length: 21 }, () => line(0)),
    ];
    const steps = live(looks, RULES, 2);
    expect(steps.filter(({ step }) => step !== 0).map(({ at }) => at)).toEqual([41 * 15_000]);
    fc.assert(
      fc.property(
        rules,
        fc.nat(12),
        fc.nat(1_000_000),
        fc.option(fc.nat(1_000_000)),
        (by, count, now, quietSince) => {
          const decision = decide(null, staff(count), { steppedAt: null, quietSince }, by, now);
          expect(decision).toEqual({ wanted: null, step: 0, memory: NO_MEMORY });
        },
      ),
    );
  });

  it('does not flap: however the line goes up and down, nothing goes before it was quiet for the cool-down', () => {
    const looks = fc.array(fc.option(types, { freq: 8 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(looks, rules, fc.nat(12), (seen, by, first) => {
        expect(live(seen, by, first).flatMap((_, turn, steps) => whatIsWrong(turn, steps, by))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('settles: a line that stays as it is ends in the number that is wanted, and stays there', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(12), rules, (waiting, first, by) => {
        const turns = Math.ceil(by.cooldownMs / by.intervalMs + 1) * 13 + by.max;
        fc.pre(turns < 20_000);
        const steps = live(
          Array.from({ length: turns }, () => line(waiting)),
          by,
          first,
        );
        expect(steps.at(-1)?.count).toBe(steps.at(-1)?.wanted);
        expect(new Set(steps.map(({ step }) => step).filter((step) => step !== 0)).size).toBeLessThanOrEqual(
          1,
        );
      }),
      { numRuns: 60 },
    );
  });
});
