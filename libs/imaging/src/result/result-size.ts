import { checkSize, DEFAULT_IMAGE_LIMITS, RESULT_IMAGE_LIMITS, type ImageLimits } from '../image-limits.js';
import type { ResultExpectation } from './result-expectation.js';
import { ResultError } from './result.errors.js';

/** Pixels the right way up. */
export interface Size {
  width: number;
  height: number;
}

/** A picture of one pixel, or a line, is what is left where a node got nothing. */
const ANY_LIMITS: ImageLimits = {
  ...RESULT_IMAGE_LIMITS,
  minSide: DEFAULT_IMAGE_LIMITS.minSide,
  maxAspect: DEFAULT_IMAGE_LIMITS.maxAspect,
};

/** Networks that halve a picture three to five times work in these multiples, and return what they worked in. */
const MULTIPLES = [8, 16, 32];

/**
 * The size that a result is stored in: its own, or the input's where a model returned the nearest multiple above or
 * below. Throws `ResultError` or `ImageError` where the size is another one than was asked for.
 */
export function storedSize(found: Size, input: Size, expected: ResultExpectation['size']): Size {
  if (expected === 'any') {
    checkSize(found.width, found.height, ANY_LIMITS);
    return found;
  }
  const scale = expected === 'same' ? 1 : expected.scale;
  const wanted = { width: input.width * scale, height: input.height * scale };
  // Whether a half pixel is rounded up or down is the node's choice.
  if (Math.abs(found.width - wanted.width) < 1 && Math.abs(found.height - wanted.height) < 1) return found;
  const fits = (multiple: number): boolean =>
    isNear(found.width, input.width, multiple) && isNear(found.height, input.height, multiple);
  if (expected === 'same' && MULTIPLES.some(fits)) return { width: input.width, height: input.height };
  const whole = { width: Math.round(wanted.width), height: Math.round(wanted.height) };
  throw new ResultError(
    'wrong_size',
    `The engine's picture has ${pixels(found)}; ${pixels(whole)} were to be expected.`,
  );
}

function isNear(found: number, side: number, multiple: number): boolean {
  const below = Math.floor(side / multiple) * multiple;
  return found === side || (found > 0 && found === below) || found === below + multiple;
}

const pixels = ({ width, height }: Size): string => `${width} x ${height} pixels`;
