import { ApiProblem } from '../api/api-problem.js';

export interface RoundsOptions {
  /** One round. @throws ApiProblem */
  read: (signal: AbortSignal) => Promise<void>;
  /** Whether the socket tells what happens, so that reading is only for what it does not tell. */
  isLive: () => boolean;
  onAway: () => void;
  /** Nobody may see it from this device, or it is no more. */
  onGone: () => void;
  random: () => number;
}

/** How often is read while there is no socket. */
const READ_MS = 3000;
/** While nobody answers, at most so seldom. */
const LONGEST_READ_MS = 8000;
/** A large album takes a while to read, and a slow API is not asked all the time. */
const REST_FACTOR = 4;
/** The socket does not tell of titles and of what a link allows. */
const LOOK_MS = 60_000;
const GONE: readonly string[] = ['not_found', 'unauthorized', 'forbidden', 'invalid_request'];

/** Reads over HTTP, again and again until it is stopped: at once when asked to, else after a rest. */
export class ReadingRounds {
  private readonly stopping = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private round = 0;

  constructor(private readonly options: RoundsOptions) {}

  /** Reads now; a round that is under way does not set the next one any more. */
  look(): void {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.timer);
    void this.run((this.round += 1));
  }

  stop(): void {
    this.stopping.abort();
    clearTimeout(this.timer);
  }

  private async run(round: number): Promise<void> {
    const begun = performance.now();
    try {
      await this.options.read(this.stopping.signal);
      this.failures = 0;
    } catch (error) {
      if (this.isOver(round)) return;
      if (!(error instanceof ApiProblem)) throw error;
      if (GONE.includes(error.code)) return this.options.onGone();
      this.failures += 1;
      this.options.onAway();
    }
    if (this.isOver(round)) return;
    this.timer = setTimeout(() => this.look(), this.restMs(performance.now() - begun));
  }

  private isOver(round: number): boolean {
    return round !== this.round || this.stopping.signal.aborted;
  }

  private restMs(tookMs: number): number {
    const { isLive, random } = this.options;
    if (this.failures === 0 && isLive()) return LOOK_MS;
    const ms = Math.min(LONGEST_READ_MS, READ_MS * 1.5 ** this.failures);
    return Math.max(ms * (0.75 + random() / 2), this.failures === 0 ? tookMs * REST_FACTOR : 0);
  }
}
