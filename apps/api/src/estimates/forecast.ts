import type { Durations } from './durations.js';
import { fixedDraws, REPLICAS } from './fixed-draws.js';

/** How long tasks of a type take. */
export interface TypeTimes {
  /** From the begin of a run that succeeded to its end. */
  services: Durations;
  /** From the begin of a run to its end, however it ended. */
  runs: Durations;
  /** From the end of a run to the begin of the next one in the same slot, where somebody waited. */
  gaps: Durations;
}

/** A place at a worker, which takes one task at a time. */
export interface Slot {
  /** What runs there; null where it is free. */
  running: { times: TypeTimes; elapsedMs: number } | null;
  /** Types other than the one asked about that it takes in turn with it, by index in `LineFigures.others`. */
  others: readonly number[];
}

/** What is known of a line at one moment. */
export interface LineFigures {
  times: TypeTimes;
  /** Slots that take the type and are open. */
  slots: readonly Slot[];
  /** Other types that share slots with it and that somebody waits for. */
  others: readonly { times: TypeTimes; waiting: number }[];
  /** For each of `PLACES`, see `Overtaking.expected`. */
  overtaking: readonly { newcomers: number; rate: number }[];
}

/** A range in milliseconds from now that the end falls into four times of five, and the middle. */
export interface Spread {
  low: number;
  middle: number;
  high: number;
}

/** Places up to here are played through one by one; what comes after goes on at the same rate. */
const PLAYED = 64;
const FARTHEST = 10_000_000;
/** The places that are calculated; what lies between is interpolated. */
export const PLACES: readonly number[] = placesToCalculate();

/** By how much the rate of newcomers in the next while differs from that of the last, on a logarithmic scale. */
const RATE_DEVIATION = 0.5;

const COLUMN = { scale: 0, own: 1, ownShape: 2, walk: 3, rate: 4, newcomers: 5, slots: 6, turns: 7 } as const;
const COLUMNS_BEFORE = 8;

/**
 * When those who stand in a line will have ended: the line is played through 200 times with durations drawn from those
 * measured. Each course of events also has its own idea of what the true mean is, the less samples the farther off.
 */
export class Forecast {
  private readonly courses: Course[];
  /** By index in `PLACES`, calculated when somebody asks. */
  private readonly spreads: Spread[] = [];

  constructor(private readonly figures: LineFigures) {
    this.courses = Array.from({ length: REPLICAS }, (_, replica) => new Course(figures, replica));
  }

  /** The end of who stands at `place` (from 1). */
  at(place: number): Spread {
    const above = PLACES.findIndex((each) => each >= place);
    const index = above === -1 ? PLACES.length - 1 : above;
    const high = this.spread(index);
    if (index === 0 || PLACES[index]! <= place) return high;
    const low = this.spread(index - 1);
    const weight = (place - PLACES[index - 1]!) / (PLACES[index]! - PLACES[index - 1]!);
    const mix = (a: number, b: number) => a + (b - a) * weight;
    return {
      low: mix(low.low, high.low),
      middle: mix(low.middle, high.middle),
      high: mix(low.high, high.high),
    };
  }

  private spread(index: number): Spread {
    const expected = this.figures.overtaking[index]!;
    const place = PLACES[index]!;
    return (this.spreads[index] ??= spreadOf(
      Float64Array.from(this.courses, (course) => course.endOf(place, expected)),
    ));
  }
}

/** The end of one that has run for `elapsedMs`. */
export function remaining({ services }: TypeTimes, elapsedMs: number): Spread {
  const ends = new Float64Array(REPLICAS);
  for (let replica = 0; replica < REPLICAS; replica++) {
    ends[replica] = drawRemaining(services, elapsedMs, replica, COLUMN.own);
  }
  return spreadOf(ends);
}

/** One course of events: when the first, the second, ... in line begins. */
class Course {
  private readonly begins = new Float64Array(PLAYED + 1);
  private readonly scale: number;
  /** How many of each other type are left at the last place that is played through. */
  private readonly left: number[];
  private readonly walk: number;

  constructor(
    private readonly figures: LineFigures,
    private readonly replica: number,
  ) {
    const { times, slots } = figures;
    this.scale = Math.exp(times.runs.meanError * fixedDraws.normal(replica, COLUMN.scale));
    this.left = figures.others.map(({ waiting }) => waiting);
    const free = slots.map((slot, index) => this.release(slot, index));
    for (let place = 1; place <= PLAYED; place++) {
      const slot = indexOfLeast(free);
      this.begins[place] = Math.max(free[slot]!, this.begins[place - 1]!);
      free[slot] = this.begins[place]! + this.turn(slots[slot]!, place);
    }
    this.walk = (fixedDraws.normal(replica, COLUMN.walk) * times.runs.deviation) / slots.length;
  }

  endOf(place: number, { newcomers, rate }: { newcomers: number; rate: number }): number {
    const { replica, figures, scale } = this;
    const stretch = Math.exp(
      RATE_DEVIATION * fixedDraws.normal(replica, COLUMN.rate) - RATE_DEVIATION ** 2 / 2,
    );
    const mean = newcomers * stretch;
    const noise = fixedDraws.normal(replica, COLUMN.newcomers) * Math.sqrt(mean / (1 - rate));
    const own = figures.times.services.draw(
      fixedDraws.uniform(replica, COLUMN.own),
      fixedDraws.normal(replica, COLUMN.ownShape),
    );
    return this.beginOf(place + Math.max(0, mean + noise)) + own * scale;
  }

  private beginOf(place: number): number {
    if (place >= PLAYED) {
      const beyond = place - PLAYED;
      const work = this.scale * workFor(beyond, this.figures, this.left);
      return (
        this.begins[PLAYED]! + Math.max(0, work / this.figures.slots.length + this.walk * Math.sqrt(beyond))
      );
    }
    const low = Math.floor(place);
    return this.begins[low]! + (this.begins[low + 1]! - this.begins[low]!) * (place - low);
  }

  private release({ running }: Slot, index: number): number {
    if (running === null) return 0;
    const { times, elapsedMs } = running;
    const rest = drawRemaining(
      times.runs,
      elapsedMs,
      this.replica,
      COLUMN.slots + COLUMNS_BEFORE * (index + 1),
    );
    return rest + times.gaps.mean;
  }

  /** How long a begin keeps the slot from the next task of the type: its own run, and one of each other type in turn. */
  private turn({ others }: Slot, place: number): number {
    let turn = this.drawRun(this.figures.times, COLUMN.turns + 2 * place);
    for (const other of others) {
      if (this.left[other]! <= 0) continue;
      this.left[other]! -= 1;
      turn += this.drawRun(this.figures.others[other]!.times, COLUMN.turns + 2 * place + 1);
    }
    return turn;
  }

  private drawRun({ runs, gaps }: TypeTimes, column: number): number {
    const uniform = fixedDraws.uniform(this.replica, column);
    const run = runs.draw(uniform, fixedDraws.normal(this.replica, column + 71));
    return run * this.scale + gaps.draw(fixedDraws.uniform(this.replica, column + 37), 0);
  }
}

function drawRemaining(durations: Durations, elapsedMs: number, replica: number, column: number): number {
  const uniform = fixedDraws.uniform(replica, column);
  return durations.drawRemaining(elapsedMs, uniform, fixedDraws.normal(replica, column + 1));
}

/** What the slots have to do for the next `begins` of the type, in milliseconds of one slot. */
function workFor(begins: number, { times, slots, others }: LineFigures, left: readonly number[]): number {
  let work = begins * meanTurn(times);
  for (const [index, other] of others.entries()) {
    const share = slots.filter((slot) => slot.others.includes(index)).length / slots.length;
    work += Math.min(begins * share, left[index]!) * meanTurn(other.times);
  }
  return work;
}

function meanTurn({ runs, gaps }: TypeTimes): number {
  return runs.mean + gaps.mean;
}

function spreadOf(values: Float64Array): Spread {
  values.sort();
  const mark = (share: number) => values[Math.round(share * (values.length - 1))]!;
  return { low: mark(0.1), middle: mark(0.5), high: mark(0.9) };
}

function indexOfLeast(values: readonly number[]): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[least]!) least = i;
  return least;
}

function placesToCalculate(): number[] {
  const places = Array.from({ length: PLAYED }, (_, i) => i + 1);
  for (let place = PLAYED; place < FARTHEST; places.push(place)) place = Math.ceil(place * 1.15);
  return places;
}
