import { Durations } from './durations.js';
import type { TypeTimes } from './forecast.js';
import { Overtaking } from './overtaking.js';

/** Enough for an 80 % range, few enough to follow a change of engine within the hour. */
export const SAMPLES = 50;

/** What was measured of the last tasks of a type, in milliseconds. */
export class TypeRecord {
  readonly overtaking = new Overtaking();
  private readonly services: number[] = [];
  private readonly runs: number[] = [];
  private readonly gaps: number[] = [];
  private latest: TypeTimes | undefined;

  /** A run has ended by itself. */
  ended(durationMs: number, succeeded: boolean): void {
    this.keep(this.runs, durationMs);
    if (succeeded) this.keep(this.services, durationMs);
  }

  /** From the end of a run to the begin of the next one in the same slot, while somebody waited. */
  followed(gapMs: number): void {
    this.keep(this.gaps, gapMs);
  }

  /** Undefined before anything of the type has succeeded. */
  get times(): TypeTimes | undefined {
    if (this.services.length === 0) return undefined;
    this.latest ??= {
      services: new Durations(this.services),
      runs: new Durations(this.runs),
      gaps: new Durations(this.gaps),
    };
    return this.latest;
  }

  private keep(samples: number[], sample: number): void {
    samples.push(sample);
    if (samples.length > SAMPLES) samples.shift();
    this.latest = undefined;
  }
}
