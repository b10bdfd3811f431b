import type { Cause } from './cause.js';

/** Since when a cause is there that does not say so itself: since somebody looked for the first time and it was there. */
export class CauseMemory {
  private seen = new Map<string, string>();

  /** `now` is in epoch milliseconds. What is not among them any more is forgotten. */
  remember(causes: readonly Cause[], now: number): Cause[] {
    const before = this.seen;
    this.seen = new Map();
    return causes.map((cause) => {
      const key = JSON.stringify([cause.code, cause.subject]);
      const since = cause.since ?? before.get(key) ?? new Date(now).toISOString();
      this.seen.set(key, since);
      return { ...cause, since };
    });
  }
}
