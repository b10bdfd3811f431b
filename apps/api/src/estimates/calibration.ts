import type { Spread } from './forecast.js';

/** What became of the first range that a task was given. */
export type Verdict = 'inside' | 'early' | 'late';

/** One in ten shall end before the range and one in ten after it. */
const MISSED = 0.1;
/** A miss moves a bound by about a tenth, a hit by a hundredth: the balance lies at one miss in ten. */
const STEP = 0.1;
const NARROWEST = 0.7;
const WIDEST = 4;

/**
 * How far apart the bounds of a range have to be, learnt from what became of earlier ranges: what no model of the line
 * knows (other programs on the GPU, photos of another kind tomorrow) shows in the misses.
 */
export class Calibration {
  private below = 1;
  private above = 1;
  private changedAt = -Infinity;

  /** `promisedAt`: when the task was given its range; `endedAt`: when it ended. */
  judged(verdict: Verdict, promisedAt: number, endedAt: number): void {
    // A whole album is promised at once and misses at once, which is one experience and not five hundred.
    if (promisedAt < this.changedAt) return;
    this.changedAt = endedAt;
    this.below = adjusted(this.below, verdict === 'early');
    this.above = adjusted(this.above, verdict === 'late');
  }

  range({ low, middle, high }: Spread): { from: number; to: number } {
    return {
      from: Math.max(0, middle - this.below * (middle - low)),
      to: middle + this.above * (high - middle),
    };
  }
}

function adjusted(factor: number, missed: boolean): number {
  const next = factor * Math.exp(STEP * (missed ? 1 - MISSED : -MISSED));
  return Math.min(Math.max(next, NARROWEST), WIDEST);
}

/** Judges a range by when the task ended; all in milliseconds since 1970. */
export function judge(range: { from: number; to: number }, endedAt: number): Verdict {
  if (endedAt < range.from) return 'early';
  return endedAt > range.to ? 'late' : 'inside';
}
