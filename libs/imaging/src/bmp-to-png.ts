import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { parseBmpHeader } from './bmp-header.js';
import { bmpRowReader } from './bmp-pixels.js';
import { checkSize, type ImageLimits } from './image-limits.js';
import { tooSlow } from './libvips.js';
import { filteredBands, pngFile } from './png-encoder.js';

/** 64 KiB a chunk, as libpng's own writer would use for large pictures; level 2 as in PNG_OUTPUT. */
const DEFLATE = { level: 2, chunkSize: 64 * 1024 };

/**
 * Writes a bitmap as an 8-bit RGB PNG. libvips cannot read bitmaps, so this is ours from end to end: rows are
 * decoded in slices of about a millisecond and deflated in Node's thread pool, and memory stays below a few
 * megabytes besides the file itself, whatever size the header claims. A failure leaves a part of the target.
 */
export async function bmpToPng(
  data: Buffer,
  limits: ImageLimits,
  targetPath: string,
): Promise<{ width: number; height: number }> {
  const deadline = performance.now() + limits.decodeTimeoutMs;
  const header = parseBmpHeader(data, data.length, (size) => checkSize(size.width, size.height, limits));
  const { width, height } = header;
  const readRow = bmpRowReader(data, header);
  const bands = filteredBands(width, height, (row, rgb, at) => {
    if (performance.now() > deadline) throw tooSlow(limits);
    readRow(row, rgb, at);
  });
  const file = await open(targetPath, 'wx');
  try {
    const target = file.createWriteStream();
    await pipeline(bands, createDeflate(DEFLATE), (deflated) => pngFile(width, height, deflated), target);
  } finally {
    // The pipeline may fail while its last write is under way; this waits for it.
    await file.close();
  }
  return { width, height };
}
