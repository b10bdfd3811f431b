/** With few samples the spread that they show says little; one alone is taken to be off by a third or so. */
const UNSURE_VARIANCE = 0.1;

/**
 * How long something takes, known by its last samples (milliseconds), as a distribution to draw from: the samples
 * themselves, smoothed so that the next one may lie between or beyond them.
 */
export class Durations {
  private readonly sorted: Float64Array;
  /** By how much a draw is stretched or shrunk (Silverman's rule on the logarithms). */
  private readonly bandwidth: number;
  readonly mean: number;
  readonly deviation: number;
  /** The standard deviation of the true mean around the one measured, as a share of it. */
  readonly meanError: number;

  constructor(samples: readonly number[]) {
    this.sorted = Float64Array.from(samples, (sample) => Math.max(sample, 0)).sort();
    const count = this.sorted.length;
    this.mean = count === 0 ? 0 : mean(this.sorted);
    this.deviation = deviation(this.sorted, this.mean);
    const logs = this.sorted.map((sample) => Math.log(Math.max(sample, 1)));
    this.bandwidth = count === 0 ? 0 : 1.06 * deviation(logs, mean(logs)) * count ** -0.2;
    const variation = this.mean === 0 ? 0 : this.deviation / this.mean;
    this.meanError = count === 0 ? 0 : Math.sqrt((variation ** 2 + UNSURE_VARIANCE) / count);
  }

  get count(): number {
    return this.sorted.length;
  }

  /** A duration, by two random numbers: one in (0, 1), one normal. */
  draw(uniform: number, normal: number): number {
    return this.quantile(uniform, 0) * Math.exp(this.bandwidth * normal);
  }

  /** What remains of one that has lasted `elapsed` already. */
  drawRemaining(elapsed: number, uniform: number, normal: number): number {
    const shorter = this.countUpTo(elapsed);
    if (shorter < this.count) {
      return (this.quantile(uniform, shorter) - elapsed) * Math.exp(this.bandwidth * normal);
    }
    // None was ever so long. The longer it lasts, the longer it will: a Pareto tail, a fifth more in the median.
    return elapsed * ((1 - uniform) ** -0.25 - 1);
  }

  /** Of the samples from index `from` on, linear between them. */
  private quantile(share: number, from: number): number {
    if (this.count === 0) return 0;
    const at = from + share * (this.count - from) - 0.5;
    const low = Math.min(Math.max(Math.floor(at), from), this.count - 1);
    const high = Math.min(low + 1, this.count - 1);
    const weight = Math.min(Math.max(at - low, 0), 1);
    return this.sorted[low]! + (this.sorted[high]! - this.sorted[low]!) * weight;
  }

  private countUpTo(limit: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function deviation(values: Float64Array, around: number): number {
  if (values.length < 2) return 0;
  let sum = 0;
  for (const value of values) sum += (value - around) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}
