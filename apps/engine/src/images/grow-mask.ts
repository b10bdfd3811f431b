import type { SlicedWork } from '../colour/time-slices.js';
import type { Mask } from './mask.js';

/** How a mask grows, or shrinks if `steps` is negative. */
export interface Growth {
  steps: number;
  /** Each step takes in the pixels beside, above and below only, so that corners are cut; else all eight around. */
  taperedCorners: boolean;
}

/** Grows or shrinks a mask by one pixel a step. */
export function* growMask(mask: Mask, { steps, taperedCorners }: Growth): SlicedWork<Mask> {
  // After that many steps one pixel has reached every other.
  const rounds = Math.min(Math.abs(steps), mask.width + mask.height);
  let current = mask.data;
  for (let round = 0; round < rounds; round++) {
    const next = new Uint8Array(current.length);
    for (let y = 0; y < mask.height; y++) {
      if (taperedCorners) takeCross(current, next, mask, y, steps > 0);
      else takeSquare(current, next, mask, y, steps > 0);
      yield (round + y / mask.height) / rounds;
    }
    current = next;
  }
  return { ...mask, data: current };
}

function takeCross(
  from: Uint8Array,
  to: Uint8Array,
  { width, height }: Mask,
  y: number,
  grow: boolean,
): void {
  const pick = grow ? Math.max : Math.min;
  const above = y > 0 ? -width : 0;
  const below = y < height - 1 ? width : 0;
  for (let x = 0; x < width; x++) {
    const at = y * width + x;
    const left = x > 0 ? from[at - 1]! : from[at]!;
    const right = x < width - 1 ? from[at + 1]! : from[at]!;
    to[at] = pick(from[at]!, left, right, from[at + above]!, from[at + below]!);
  }
}

function takeSquare(
  from: Uint8Array,
  to: Uint8Array,
  { width, height }: Mask,
  y: number,
  grow: boolean,
): void {
  const pick = grow ? Math.max : Math.min;
  const above = y > 0 ? -width : 0;
  const below = y < height - 1 ? width : 0;
  for (let x = 0; x < width; x++) {
    const at = y * width + x;
    const left = x > 0 ? at - 1 : at;
    const right = x < width - 1 ? at + 1 : at;
    to[at] = pick(
      pick(from[left + above]!, from[left]!, from[left + below]!),
      pick(from[at + above]!, from[at]!, from[at + below]!),
      pick(from[right + above]!, from[right]!, from[right + below]!),
    );
  }
}
