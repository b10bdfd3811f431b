import { setTimeout as pause } from 'node:timers/promises';

const LATE = Symbol('late');

/** What somebody who may be slow was asked. */
export interface InTimeAnswer<T> {
  /** The newest answer that there is; undefined where there was none yet. */
  value: T | undefined;
  /** How long it took, or has taken so far: the limit at least where it is late. */
  ms: number;
  /** Why there is none, as a phrase; null where it came or is still awaited. */
  problem: string | null;
}

/** Asks somebody who may be slow or away: nobody waits for longer than the limit, and what is late is asked once. */
export class InTime<T> {
  private asked: { at: number; answer: Promise<T> } | undefined;
  private latest: T | undefined;

  constructor(
    private readonly ask: () => Promise<T>,
    private readonly limitMs: number,
  ) {}

  async read(): Promise<InTimeAnswer<T>> {
    const { at, answer } = (this.asked ??= this.begin());
    let problem: string | null = null;
    const over = new AbortController();
    const limit = pause(this.limitMs, LATE, { ref: false, signal: over.signal }).catch(() => undefined);
    // A timer may fire a moment before its time by the other clock.
    let leastMs = 0;
    try {
      if ((await Promise.race([answer, limit])) === LATE) leastMs = this.limitMs;
    } catch (error) {
      problem = phraseOf(error);
    } finally {
      over.abort();
    }
    return { value: this.latest, ms: Math.max(leastMs, performance.now() - at), problem };
  }

  /** Without the limit. @throws what the asked one throws. */
  async untilAnswered(): Promise<T> {
    return (this.asked ??= this.begin()).answer;
  }

  private begin(): { at: number; answer: Promise<T> } {
    const answer = this.ask()
      .then((value) => (this.latest = value))
      .finally(() => (this.asked = undefined));
    // Whoever reads sees it; somebody who went away at the limit does not.
    answer.catch(() => undefined);
    return { at: performance.now(), answer };
  }
}

function phraseOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's own error of several attempts to connect has no message.
  const { code } = error as NodeJS.ErrnoException;
  return (error.message || code || error.name).slice(0, 200);
}
