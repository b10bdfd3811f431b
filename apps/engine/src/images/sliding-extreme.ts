import type { SlicedWork } from '../colour/time-slices.js';

/** Which value of a window counts: the smallest or the largest. */
export type Extreme = 'min' | 'max';

/** A picture as bytes, row by row, the channels of a pixel side by side. It is worked on in place. */
interface Samples {
  data: Uint8Array;
  width: number;
  height: number;
  channels: number;
}

/** A window around a pixel: `before` pixels, the pixel itself and `after` pixels, in both directions. */
export interface Window {
  before: number;
  after: number;
}

/**
 * Puts in place of each sample the extreme of the square window around it, channel by channel. What lies outside the
 * picture does not count.
 *
 * Two passes, along the rows and along the columns, each with about three comparisons a sample however large the window
 * is (van Herk 1992, Gil & Werman 1993): the line is cut into blocks as long as the window, so that every window is the
 * end of one block and the beginning of the next. One ring of a window's length serves both: the slot that a new sample
 * takes is the one whose running extreme was needed last.
 */
export function* slideExtreme(samples: Samples, window: Window, extreme: Extreme): SlicedWork<void> {
  const { data, width, height, channels } = samples;
  const row = new SlidingRow(window, extreme);
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < channels; c++) row.slide(data, y * width * channels + c, width, channels);
    yield y / height / 2;
  }
  for (const done of slideColumns(data, width * channels, height, window, extreme)) yield 0.5 + done / 2;
}

/** One line of samples at a time. */
class SlidingRow {
  private readonly ring: Uint8Array;
  private readonly identity: number;

  constructor(
    private readonly window: Window,
    private readonly extreme: Extreme,
  ) {
    this.ring = new Uint8Array(window.before + window.after + 1);
    this.identity = identityOf(extreme);
  }

  slide(data: Uint8Array, start: number, length: number, step: number): void {
    const { ring, identity } = this;
    const { before } = this.window;
    const size = ring.length;
    const isMin = this.extreme === 'min';
    let running = identity;
    for (let at = 0, slot = 0; at < length + size - 1; at++) {
      const source = at - before;
      const value = source >= 0 && source < length ? data[start + source * step]! : identity;
      if (slot === 0) running = value;
      else if (isMin ? value < running : value > running) running = value;
      ring[slot] = value;
      if (++slot === size) {
        slot = 0;
        for (let i = size - 2; i >= 0; i--) {
          const later = ring[i + 1]!;
          if (isMin ? later < ring[i]! : later > ring[i]!) ring[i] = later;
        }
      }
      const target = at - size + 1;
      if (target < 0) continue;
      // The rest of the block in which the window begins.
      const rest = ring[slot]!;
      data[start + target * step] = slot !== 0 && (isMin ? running < rest : running > rest) ? running : rest;
    }
  }
}

/** The same for all columns at once, row after row, so that memory is read in its order. */
function* slideColumns(
  data: Uint8Array,
  rowLength: number,
  height: number,
  { before, after }: Window,
  extreme: Extreme,
): SlicedWork<void> {
  const size = before + after + 1;
  const combine = extreme === 'min' ? smallest : largest;
  const ring = Array.from({ length: size }, () => new Uint8Array(rowLength));
  const running = new Uint8Array(rowLength);
  const steps = height + size - 1;
  for (let at = 0, slot = 0; at < steps; at++) {
    const source = at - before;
    const kept = ring[slot]!;
    if (source >= 0 && source < height) {
      kept.set(data.subarray(source * rowLength, (source + 1) * rowLength));
    } else kept.fill(identityOf(extreme));
    if (slot === 0) running.set(kept);
    else combine(running, kept);
    if (++slot === size) {
      slot = 0;
      for (let i = size - 2; i >= 0; i--) {
        combine(ring[i]!, ring[i + 1]!);
        yield at / steps;
      }
    }
    const target = at - size + 1;
    if (target >= 0) {
      const result = data.subarray(target * rowLength, (target + 1) * rowLength);
      result.set(ring[slot]!);
      if (slot !== 0) combine(result, running);
    }
    yield at / steps;
  }
}

function identityOf(extreme: Extreme): number {
  return extreme === 'min' ? 255 : 0;
}

function smallest(into: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < into.length; i++) if (other[i]! < into[i]!) into[i] = other[i]!;
}

function largest(into: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < into.length; i++) if (other[i]! > into[i]!) into[i] = other[i]!;
}
