import type { ApiProblem } from '../api/api-problem.js';
import type { PhotoProblem } from '../photo/photo.js';

/** Without a word of the API about when to come back. */
const USUAL_MS = 10_000;
/** A connection comes back when it likes: soon at first, then ever more seldom. */
const OFFLINE_MS = [1000, 2000, 4000, 8000];
const LONGEST_MS = 10_000;

const FOR_A_WHILE: readonly PhotoProblem[] = [
  'offline',
  'queue_full',
  'rate_limited',
  'storage_full',
  'storage_unavailable',
  'database_unavailable',
  'broker_backlog_full',
  'intake_paused',
  'quota_exceeded',
  'not_ready',
];
/** Something broke at the API; it may be better next time, but not for ever. */
const MOST_TRIES = 4;

/** How long to wait before a photo is tried again; null where waiting does not help. `tries` have failed before. */
export function waitFor({ code, retryAfterMs }: ApiProblem, tries: number): number | null {
  if (code === 'offline') return retryAfterMs ?? OFFLINE_MS[tries] ?? LONGEST_MS;
  if (code === 'internal_error') return tries < MOST_TRIES ? (retryAfterMs ?? OFFLINE_MS[tries]!) : null;
  return FOR_A_WHILE.includes(code) ? (retryAfterMs ?? USUAL_MS) : null;
}

/**
 * What the API cannot take from one photo, it cannot take from the next: all wait together, and one of them asks again.
 */
export class Patience {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private tries = 0;

  constructor(private readonly onOver: () => void) {
    window.addEventListener('online', () => this.over());
  }

  get isWaiting(): boolean {
    return this.timer !== null;
  }

  /** False where waiting does not help. */
  wait(problem: ApiProblem): boolean {
    const ms = waitFor(problem, this.tries);
    if (ms === null) {
      this.tries = 0;
      return false;
    }
    // Several photos may bring the same news.
    if (this.timer !== null) return true;
    this.tries += 1;
    this.timer = setTimeout(() => this.over(), ms);
    return true;
  }

  /** Something went through. */
  worked(): void {
    this.tries = 0;
  }

  /** Tries at once. */
  over(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.onOver();
  }
}
