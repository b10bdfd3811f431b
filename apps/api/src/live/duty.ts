import { setTimeout as sleep } from 'node:timers/promises';

/** Others wait no longer than this for their turn. */
const SLICE_MS = 10;
/** After work a rest of four times as long: a fifth of the time at most. */
const REST_SHARE = 4;

/** Long work in slices that leave most of the time to others. */
export class Duty {
  private began = performance.now();

  /** Call it often: it rests when it is time for that. */
  async rest(): Promise<void> {
    const spentMs = performance.now() - this.began;
    if (spentMs < SLICE_MS) return;
    await sleep(spentMs * REST_SHARE, undefined, { ref: false });
    this.began = performance.now();
  }
}
