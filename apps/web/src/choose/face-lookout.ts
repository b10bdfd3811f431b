import type { Sight } from './suggestion.js';

/** The first look waits for the model to come (some 500 kB packed) and to start; the others are looks only. */
const FIRST_MS = 30_000;
const LOOK_MS = 10_000;
/** The worker holds some 100 MB: it goes when no photo came for this long. */
const IDLE_MS = 20_000;
/** After this many photos in a row with which it failed it is left alone for a while. */
const FAILURES = 2;
const REST_MS = 5 * 60_000;

/** The part of a `Worker` that is needed here. */
export type LookWorker = Pick<
  Worker,
  'postMessage' | 'terminate' | 'addEventListener' | 'removeEventListener'
>;

/**
 * Has photos looked at for faces, one after the other, by a worker that lives only as long as there are some. A look that
 * takes too long, a model that does not come, a device that cannot: all of it is `unknown`, never an error, since
 * nothing of a photo's way depends on it.
 */
export class FaceLookout {
  private line: Promise<unknown> = Promise.resolve();
  private worker: LookWorker | null = null;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private restsUntilMs = 0;

  constructor(
    private readonly startWorker: () => LookWorker,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  look(photo: Blob): Promise<Sight> {
    const sight = this.line.then(() => this.lookNow(photo));
    this.line = sight;
    return sight;
  }

  private async lookNow(photo: Blob): Promise<Sight> {
    if (this.nowMs() < this.restsUntilMs) return 'unknown';
    clearTimeout(this.idle);
    const sight = await this.ask(photo);
    if (sight === null) this.fail();
    else this.failures = 0;
    if (this.worker !== null) this.idle = setTimeout(() => this.end(), IDLE_MS);
    return sight ?? 'unknown';
  }

  /** Null where no answer came. */
  private ask(photo: Blob): Promise<Sight | null> {
    const limitMs = this.worker === null ? FIRST_MS : LOOK_MS;
    let worker: LookWorker;
    try {
      worker = this.worker ??= this.startWorker();
    } catch {
      // A browser without module workers.
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      const end = (sight: Sight | null) => {
        clearTimeout(timer);
        worker.removeEventListener('message', hear);
        worker.removeEventListener('error', miss);
        resolve(sight);
      };
      const hear = (event: Event) => end((event as MessageEvent<Sight>).data);
      const miss = () => end(null);
      const timer = setTimeout(miss, limitMs);
      worker.addEventListener('message', hear);
      worker.addEventListener('error', miss);
      worker.postMessage(photo);
    });
  }

  private fail(): void {
    this.end();
    this.failures += 1;
    if (this.failures < FAILURES) return;
    this.failures = 0;
    this.restsUntilMs = this.nowMs() + REST_MS;
  }

  private end(): void {
    clearTimeout(this.idle);
    this.worker?.terminate();
    this.worker = null;
  }
}
