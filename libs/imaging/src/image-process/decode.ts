import type { TakenIn } from '../take-in.js';
import type { DecodeRequest } from './child-messages.js';

/** One picture on its way through the child, as the parent sees it. */
export class Decode {
  /** How many children died while it was in them, for a reason that nobody knows. */
  deaths = 0;
  /** It ran longer than it may. */
  timedOut = false;
  readonly taken: Promise<TakenIn>;
  private settle!: { resolve: (taken: TakenIn) => void; reject: (error: unknown) => void };
  private clock: NodeJS.Timeout | undefined;

  constructor(
    readonly request: DecodeRequest,
    readonly signal: AbortSignal | undefined,
  ) {
    this.taken = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }

  /** It runs from now on. */
  startClock(limitMs: number, onTimeout: () => void): void {
    this.clock = setTimeout(() => {
      this.timedOut = true;
      onTimeout();
    }, limitMs);
  }

  stopClock(): void {
    clearTimeout(this.clock);
  }

  resolve(taken: TakenIn): void {
    this.stopClock();
    this.settle.resolve(taken);
  }

  reject(error: unknown): void {
    this.stopClock();
    this.settle.reject(error);
  }
}
