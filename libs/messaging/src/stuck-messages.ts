/** Fewer may be a hiccup of the database. */
const FAILURES_TO_TELL = 3;
const LONGEST_REASON = 300;

/** Messages in hand whose handling fails, for people who ask what is wrong. */
export class StuckMessages {
  private readonly stuck = new Map<object, { since: Date; failures: number; reason: string }>();

  /** The handling of `key` has failed so often. */
  note(key: object, failures: number, reason: string): void {
    const since = this.stuck.get(key)?.since ?? new Date();
    this.stuck.set(key, { since, failures, reason: reason.slice(0, LONGEST_REASON) });
  }

  /** It is handled, or not ours any more. */
  forget(key: object): void {
    this.stuck.delete(key);
  }

  /** Of the one that is stuck for longest, with how many others; null where none has failed thrice. */
  describe(words: string): string | null {
    const told = [...this.stuck.values()].filter(({ failures }) => failures >= FAILURES_TO_TELL);
    const [first] = told;
    if (!first) return null;
    const others = told.length > 1 ? `, and ${told.length - 1} more` : '';
    return `${words} since ${first.since.toISOString()}, in ${first.failures} tries${others}: ${first.reason}`;
  }
}
