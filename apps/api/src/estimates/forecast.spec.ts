import { describe, expect, it } from 'vitest';
import { Durations } from './durations.js';
import { mulberry32 } from './fixed-draws.js';
import { Forecast, PLACES, remaining, type LineFigures, type TypeTimes } from './forecast.js';
import { Overtaking } from './overtaking.js';
import { simulateLine } from '../../test/simulated-line.js';

const SECOND = 1000;

function times(...samples: number[]): TypeTimes {
  return { services: new Durations(samples), runs: new Durations(samples), gaps: new Durations([]) };
}

const steady = times(...Array.from({ length: 50 }, () => 10 * SECOND));

function figures({
  slots = 1,
  elapsedMs = 0,
  ...rest
}: Partial<{ slots: number; elapsedMs: number } & Pick<LineFigures, 'others' | 'overtaking'>>): LineFigures {
  return {
    times: steady,
    slots: Array.from({ length: slots }, () => ({
      running: { times: steady, elapsedMs },
      others: rest.others?.map((_, index) => index) ?? [],
    })),
    others: [],
    overtaking: new Overtaking().expected(PLACES),
    ...rest,
  };
}

describe('a forecast of tasks that all take 10 s', () => {
  it('counts those before, what the running one has done already, and the own run', () => {
    const { low, middle, high } = new Forecast(figures({ elapsedMs: 4 * SECOND })).at(3);
    expect(middle / SECOND).toBeCloseTo(36, 0);
    expect(low).toBeGreaterThan(32 * SECOND);
    expect(high).toBeLessThan(40 * SECOND);
  });

  it('is shared by all slots', () => {
    const four = new Forecast(figures({ slots: 4 }));
    expect(four.at(1).middle / SECOND).toBeCloseTo(20, 0);
    expect(four.at(4).middle / SECOND).toBeCloseTo(20, 0);
    expect(four.at(5).middle / SECOND).toBeCloseTo(30, 0);
    expect(four.at(1_000_000).middle / SECOND / 2_500_000).toBeCloseTo(1, 1);
  });

  it('has an end for every place, never before that of the place before', () => {
    const forecast = new Forecast(figures({ slots: 2 }));
    const places = [1, 2, 3, 63, 64, 65, 66, 100, 1000, 1001, 65_432, 1_000_000, 50_000_000];
    const ends = places.map((place) => forecast.at(place).middle);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.every(Number.isFinite)).toBe(true);
  });

  it('lets another type take turns for as long as somebody waits for it', () => {
    const twice = figures({ others: [{ times: times(20 * SECOND), waiting: 1000 }] });
    const few = figures({ others: [{ times: times(20 * SECOND), waiting: 2 }] });
    const alone = new Forecast(figures({})).at(500).middle;
    expect(new Forecast(twice).at(500).middle / alone).toBeCloseTo(3, 1);
    expect((new Forecast(few).at(500).middle - alone) / SECOND).toBeGreaterThan(30);
    expect((new Forecast(few).at(500).middle - alone) / SECOND).toBeLessThan(50);
  });

  it('takes longer where newcomers go first', () => {
    const overtaking = new Overtaking();
    for (let task = 0; task < 100; task++) {
      overtaking.started();
      if (task % 2 === 0) overtaking.joined(1, 50);
    }
    const overtaken = new Forecast(figures({ overtaking: overtaking.expected(PLACES) }));
    expect(overtaken.at(50).middle / new Forecast(figures({})).at(50).middle).toBeCloseTo(2, 0);
  });

  it('moves little when one more sample of the same kind comes', () => {
    const random = mulberry32(11);
    const samples = Array.from({ length: 51 }, () => 5 * SECOND + random() * 10 * SECOND);
    const [before, after] = [samples.slice(0, 50), samples.slice(1)].map((window) =>
      new Forecast({ ...figures({}), times: times(...window) }).at(20),
    );
    expect(Math.abs(after!.low - before!.low) / before!.low).toBeLessThan(0.05);
    expect(Math.abs(after!.high - before!.high) / before!.high).toBeLessThan(0.05);
  });
});

describe('a task that runs', () => {
  it('has the less before it the longer it has run', () => {
    expect(remaining(steady, 0).middle / SECOND).toBeCloseTo(10);
    expect(remaining(steady, 7 * SECOND).middle / SECOND).toBeCloseTo(3);
  });

  it('is expected to go on for a while where it has run longer than any before', () => {
    const { low, high } = remaining(steady, 30 * SECOND);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(5 * SECOND);
  });
});

const SERVICES = {
  exponential: (random: () => number) => -10 * SECOND * Math.log(1 - random()),
  lognormal: (random: () => number) => 9 * SECOND * Math.exp(0.5 * normal(random)),
};

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const LINES = (['exponential', 'lognormal'] as const).flatMap((service) =>
  [1, 2, 4].flatMap((slots) => [0, 0.25].map((vips) => ({ service, slots, vips }))),
);

describe('of tasks in a simulated line at 90 % load, four of five end in the range given when they came', () => {
  it.each(LINES)('$service times, $slots slots, $vips of them go first', ({ service, slots, vips }) => {
    const random = mulberry32(20_261_122 + slots);
    const truth = simulateLine({
      slots,
      service: () => SERVICES[service](random),
      pause: () => ((-10 * SECOND) / slots / 0.9) * Math.log(1 - random()),
      isVip: () => random() < vips,
      tasks: 400,
    });
    expect(truth.inside).toBeGreaterThan(0.7);
    expect(truth.inside).toBeLessThan(0.95);
  });

  it('and nearly all where every task takes the same time, in narrow ranges', () => {
    const random = mulberry32(3);
    const pause = () => ((-10 * SECOND) / 0.9) * Math.log(1 - random());
    const truth = simulateLine({ slots: 1, service: () => 10 * SECOND, pause, tasks: 400 });
    expect(truth.inside).toBeGreaterThan(0.95);
    expect(truth.width).toBeLessThan(0.2);
  });

  it('but most end late where the tasks become five times as long in the middle of an album', () => {
    let begun = 0;
    const service = () => (begun++ < 300 ? 10 * SECOND : 50 * SECOND);
    const pause = (now: number) => (now === 0 ? SECOND : 100 * 10 * SECOND);
    const truth = simulateLine({ slots: 1, service, pause, burst: () => 100, tasks: 400 });
    expect(truth.late).toBeGreaterThan(0.2);
  });
});
