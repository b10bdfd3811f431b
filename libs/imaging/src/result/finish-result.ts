import { RESULT_IMAGE_LIMITS, type ImageLimits } from '../image-limits.js';
import { ImageError, type ImageErrorCode } from '../image.errors.js';
import { inDecodeSlot, openAsStored, PNG_OUTPUT, translateSharpError } from '../libvips.js';
import { readPngSize } from '../png-chunk-walk.js';
import { judgeResult } from './judge-result.js';
import { lookAt, lookSize, type Look } from './look.js';
import type { FinishedResult, ResultExpectation } from './result-expectation.js';
import { readResult, type ResultPicture } from './result-picture.js';
import { storedSize, type Size } from './result-size.js';
import { ResultError, type ResultFault } from './result.errors.js';

/**
 * Checks a picture that an engine returned for `input` (its canonical PNG) and makes of it what is stored: an 8-bit RGB
 * PNG with nothing in it but its pixels, for ComfyUI writes the whole workflow into text chunks.
 *
 * The result is decoded once, completely. One that is such a PNG already keeps its compressed pixels untouched, and
 * only they and the header are copied: a quarter of the time of encoding it anew, which is what happens to JPEG, grey,
 * alpha (laid on white), 16 bits, profiles, interlaced and uncompressed ones, and to one that has to be stretched to
 * the input's size. `input` is decoded only where the result looks suspicious. Two decodes run at a time in a process.
 *
 * Throws `ResultError` where the picture is not what was asked for. Does not tell whether it shows the same thing.
 */
export async function finishResult(
  result: Buffer,
  input: Buffer,
  expect: ResultExpectation,
  limits: ImageLimits = RESULT_IMAGE_LIMITS,
): Promise<FinishedResult> {
  try {
    const picture = await readResult(result, limits);
    const before = readPngSize(input);
    const size = storedSize(picture.size, before, expect.size);
    const [shape, shapeBefore] = lookSizes(size, before, expect.size === 'any');
    const look = await decode(limits, () => lookAt(picture.open(), shape));
    const photo = (cells: 'means' | 'points') => () => lookAtInput(input, shapeBefore, cells, limits);
    await judgeResult(look, { means: photo('means'), points: photo('points') }, expect.colours);
    return await encode(picture, size, limits);
  } catch (error) {
    throw error instanceof ImageError ? asResultError(error) : error;
  }
}

async function decode<T>(limits: ImageLimits, work: () => Promise<T>): Promise<T> {
  return await inDecodeSlot(async () => {
    try {
      return await work();
    } catch (error) {
      throw translateSharpError(error, limits);
    }
  });
}

/** One size for both where they are of one shape, so that they can be compared cell by cell. */
function lookSizes(size: Size, before: Size, isAny: boolean): [Size, Size] {
  if (isAny) return [lookSize(size), lookSize(before)];
  const shape = lookSize(size.width < before.width ? size : before);
  return [shape, shape];
}

async function lookAtInput(
  input: Buffer,
  shape: Size,
  cells: 'means' | 'points',
  limits: ImageLimits,
): Promise<Look> {
  try {
    return await decode(limits, () => lookAt(openAsStored(input, limits), shape, cells));
  } catch (error) {
    // It is ours, and was whole when it was sent.
    throw new Error('The picture that the engine got cannot be read again.', { cause: error });
  }
}

async function encode(picture: ResultPicture, size: Size, limits: ImageLimits): Promise<FinishedResult> {
  const { size: found, bare, open } = picture;
  const isRight = found.width === size.width && found.height === size.height;
  if (bare && isRight) return { data: bare, ...size };
  const data = await decode(limits, () => {
    const sized = isRight ? open() : open().resize({ ...size, fit: 'fill' });
    return sized.png(PNG_OUTPUT).toBuffer();
  });
  return { data, ...size };
}

const FAULTS: Readonly<Record<ImageErrorCode, ResultFault>> = {
  unsupported_format: 'not_a_picture',
  image_damaged: 'damaged',
  image_too_many_pixels: 'wrong_size',
  image_too_small: 'wrong_size',
  bad_aspect: 'wrong_size',
  file_too_large: 'wrong_size',
};

function asResultError(error: ImageError): ResultError {
  return new ResultError(FAULTS[error.code], `The engine's picture cannot be taken. ${error.message}`, error);
}
