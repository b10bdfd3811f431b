import { setImmediate } from 'node:timers/promises';
import { parseBmpHeader } from './bmp-header.js';
import { bmpRowReader } from './bmp-pixels.js';
import { checkSize, type ImageLimits } from './image-limits.js';
import { tooSlow } from './libvips.js';
import type { RawPixels } from './raw-pixels.js';

/** About 10 ms of decoding; then other work has its turn. */
const PIXELS_PER_TURN = 1_000_000;

/**
 * Decodes a bitmap completely and averages its pixels in square blocks, so that the longer side has between one
 * and two times `side` pixels (or is left as it is, where it has fewer): 3 MB at most for a thumbnail of 480.
 * Throws `image_damaged` for any pixel that cannot be read, and at the time limit.
 */
export async function shrinkBmp(data: Buffer, limits: ImageLimits, side: number): Promise<RawPixels> {
  const deadline = performance.now() + limits.decodeTimeoutMs;
  const header = parseBmpHeader(data, data.length, (size) => checkSize(size.width, size.height, limits));
  const readRow = bmpRowReader(data, header);
  const block = Math.max(1, Math.floor(Math.max(header.width, header.height) / side));
  const width = Math.ceil(header.width / block);
  const height = Math.ceil(header.height / block);
  const shrunk = Buffer.allocUnsafe(width * height * 3);
  const row = new Uint8Array(header.width * 3);
  const sums = new Uint32Array(width * 3);
  for (let y = 0, pixels = 0; y < header.height; y += 1) {
    if (performance.now() > deadline) throw tooSlow(limits);
    readRow(y, row, 0);
    addRow(sums, row, block);
    const last = y === header.height - 1;
    if (last || (y + 1) % block === 0) {
      const target = Math.floor(y / block);
      writeMeans(shrunk, target * width * 3, sums, (y % block) + 1, block, header.width);
      sums.fill(0);
    }
    pixels += header.width;
    if (pixels >= PIXELS_PER_TURN) {
      pixels = 0;
      await setImmediate();
    }
  }
  return { data: shrunk, width, height };
}

function addRow(sums: Uint32Array, row: Uint8Array, block: number): void {
  let at = 0;
  for (let to = 0; to < sums.length; to += 3) {
    const end = Math.min(row.length, at + block * 3);
    for (; at < end; at += 3) {
      sums[to]! += row[at]!;
      sums[to + 1]! += row[at + 1]!;
      sums[to + 2]! += row[at + 2]!;
    }
  }
}

/** The blocks at the right edge and in the last row may be smaller. */
function writeMeans(
  target: Buffer,
  at: number,
  sums: Uint32Array,
  rows: number,
  block: number,
  fullWidth: number,
): void {
  for (let index = 0; index < sums.length; index += 1) {
    const columns = Math.min(block, fullWidth - Math.floor(index / 3) * block);
    target[at + index] = Math.round(sums[index]! / (rows * columns));
  }
}
