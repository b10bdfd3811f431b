import type { Sharp } from 'sharp';
import { readImageHeader } from '../image-header.js';
import { checkBytes, checkSize, type ImageLimits } from '../image-limits.js';
import { detectFormat } from '../image-format.js';
import { openAsStored, openUpright } from '../libvips.js';
import { readPngSize } from '../png-chunk-walk.js';
import { barePng } from './bare-png.js';
import type { Size } from './result-size.js';
import { ResultError } from './result.errors.js';

/** A picture that an engine returned, as far as its header tells. */
export interface ResultPicture {
  /** Pixels the right way up. */
  size: Size;
  /** What can be stored as it is, see `barePng`. */
  bare: Buffer | undefined;
  /** Opens it for one decode. */
  open: () => Sharp;
}

/** Decoded at once, not from row to row; two such decodes may run. */
const AT_ONCE_BYTES = 400_000_000;

/** Bits a channel, where a PNG says it. */
const PNG_DEPTH_AT = 24;

/** Throws `ImageError`, or `ResultError` for a kind of picture that no result has. */
export async function readResult(result: Buffer, limits: ImageLimits): Promise<ResultPicture> {
  checkBytes(result.length, limits);
  const format = await detectFormat(result);
  if (format === 'bmp') throw new ResultError('wrong_kind', "The engine's picture is BMP, not PNG or JPEG.");
  if (format === 'png') {
    const size = readPngSize(result);
    checkSize(size.width, size.height, limits);
    const depth = result[PNG_DEPTH_AT]!;
    if (depth < 8) throw new ResultError('wrong_kind', `The engine's picture has ${depth} bits a channel.`);
    const bare = barePng(result);
    if (bare) return { size, bare, open: () => openAsStored(bare, limits) };
  }
  const { width, height, isCmyk, bytesAtOnce } = await readImageHeader(result, limits);
  if (isCmyk) throw new ResultError('wrong_kind', "The engine's picture is CMYK, for printing.");
  if (bytesAtOnce > AT_ONCE_BYTES) {
    const megabytes = Math.round(bytesAtOnce / 1e6);
    throw new ResultError('wrong_kind', `The engine's picture would take ${megabytes} MB to decode.`);
  }
  return { size: { width, height }, bare: undefined, open: () => openUpright(result, format, limits) };
}
