import type { GpuReading } from './gpu-reading.js';
import { memoryWords } from './memory-words.js';

/** Settings of a `MemoryGate`, in percent of the card's memory. */
export interface MemoryGateOptions {
  /** It closes when what the next task cannot have is above this, 1-100. */
  thresholdPercent: number;
  /** It opens again only below the threshold less this, or less half of the threshold where that is smaller; default 5. */
  hysteresisPercent?: number;
  /** A clock in milliseconds that never goes back. */
  now?: () => number;
}

/** What a `MemoryGate` thinks of a reading. */
export interface MemoryVerdict {
  /** Whether the engine may be given a task. */
  open: boolean;
  /** What of the card's memory the next task cannot have, in whole percent; null where that is not known. */
  usedPercent: number | null;
  /** Why it is closed, in words for people; null while it is open. */
  reason: string | null;
  /**
   * It is worth asking the engine to free what it keeps, now that nothing runs there; call `MemoryGate.freeAsked` then.
   * Where it is closed: do it, others' memory may be the engine's own outside of PyTorch. Where it is open: only before a
   * task of another type than the one that ran last. The engine's own models fill the card, and ComfyUI does not unload
   * those that a node keeps to itself; a task of the same type finds its model warm.
   */
  freeFirst: boolean;
}

/** So many answers of `nvidia-smi` in a row, 2 s apart, must agree where the engine says otherwise (`MemoryGate`). */
const CARD_READINGS = 3;
/** Asking a second time so soon frees nothing more. */
const FREE_AGAIN_MS = 60_000;

/**
 * Decides whether an engine has the GPU memory for another task: one gate for each engine, asked with each reading.
 *
 * What counts is the memory that the next task cannot have: everything on the card except what this engine holds itself.
 * It runs one prompt at a time and reuses or frees its own, so that a warm model above the threshold does not close the
 * gate. Where nothing is known of the memory it is open.
 *
 * The engine's word counts at once. `nvidia-smi` is asked at another moment: what the engine has freed since looks like
 * others'. So its word alone closes the gate only when it lasts.
 */
export class MemoryGate {
  private readonly thresholdPercent: number;
  private readonly opensBelow: number;
  private readonly now: () => number;
  private readonly byCard: { othersPercent: number; readAt: number }[] = [];
  private isClosed = false;
  private freeAskedAt = Number.NEGATIVE_INFINITY;

  constructor({ thresholdPercent, hysteresisPercent = 5, now = () => performance.now() }: MemoryGateOptions) {
    this.thresholdPercent = thresholdPercent;
    // A low threshold must leave something to be below.
    this.opensBelow = thresholdPercent - Math.min(hysteresisPercent, thresholdPercent / 2);
    this.now = now;
  }

  /** @param isIdle nothing runs or waits in the engine, so that it frees at once what it is asked to free */
  judge(reading: GpuReading | null, isIdle: boolean): MemoryVerdict {
    const usedPercent = this.measure(reading);
    if (usedPercent === null) this.isClosed = false;
    else if (usedPercent > this.thresholdPercent) this.isClosed = true;
    else if (usedPercent < this.opensBelow) this.isClosed = false;
    const isFull = this.isClosed || (reading?.ownPercent ?? 0) > this.thresholdPercent;
    return {
      open: !this.isClosed,
      usedPercent,
      reason: this.isClosed ? this.words(reading, usedPercent!) : null,
      freeFirst: isFull && isIdle && this.now() - this.freeAskedAt >= FREE_AGAIN_MS,
    };
  }

  /** The engine was asked to free what it keeps. It is not worth asking again for a minute. */
  freeAsked(): void {
    this.freeAskedAt = this.now();
  }

  private measure(reading: GpuReading | null): number | null {
    if (reading === null || reading.othersPercent === null) return null;
    return Math.max(reading.othersPercent, this.lasting(reading.card));
  }

  /** What `nvidia-smi` has said all the time lately; 0 where it has not been heard for long enough. */
  private lasting(card: GpuReading['card']): number {
    const last = this.byCard.at(-1);
    if (card === null) this.byCard.length = 0;
    else if (card.readAt === last?.readAt)
      last.othersPercent = Math.min(last.othersPercent, card.othersPercent);
    else this.byCard.push({ ...card });
    if (this.byCard.length > CARD_READINGS) this.byCard.shift();
    if (this.byCard.length < CARD_READINGS) return 0;
    return Math.min(...this.byCard.map(({ othersPercent }) => othersPercent));
  }

  private words(reading: GpuReading | null, othersPercent: number): string {
    const { thresholdPercent, opensBelow } = this;
    const wasAsked = this.now() - this.freeAskedAt < FREE_AGAIN_MS;
    return memoryWords(reading!, { othersPercent, thresholdPercent, opensBelow, wasAsked });
  }
}
