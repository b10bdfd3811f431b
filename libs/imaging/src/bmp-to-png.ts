import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { parseBmpHeader } from './bmp-header.js';
import { bmpRowReader } from './bmp-pixels.js';
import { checkSize, type ImageLimits } from './image-limits.js';
import { tooSlow } from './libvips.js';
import { NO_FILTER, PAETH, pngFile, scanlineBands } from './png-encoder.js';

/** 64 KiB a chunk, as libpng's own writer would use for large pictures. */
const CHUNK_BYTES = 64 * 1024;

/** As in PNG_OUTPUT, and in STORED_PNG. */
const [COMPRESSED, STORED] = [2, 0];

/**
 * Makes an 8-bit RGB PNG of a bitmap, `stored` without compressing it. libvips cannot read bitmaps, so this is ours
 * from end to end: rows are decoded in slices of about a millisecond and deflated in Node's thread pool, and memory
 * stays below a few megabytes besides both files, whatever size the header claims.
 */
export async function bmpToPng(
  data: Buffer,
  limits: ImageLimits,
  stored: boolean,
): Promise<{ data: Buffer; width: number; height: number }> {
  const deadline = performance.now() + limits.decodeTimeoutMs;
  const header = parseBmpHeader(data, data.length, (size) => checkSize(size.width, size.height, limits));
  const { width, height } = header;
  const readRow = bmpRowReader(data, header);
  const bands = scanlineBands(width, height, stored ? NO_FILTER : PAETH, (row, rgb, at) => {
    if (performance.now() > deadline) throw tooSlow(limits);
    readRow(row, rgb, at);
  });
  const deflate = createDeflate({ level: stored ? STORED : COMPRESSED, chunkSize: CHUNK_BYTES });
  const parts: Buffer[] = [];
  await pipeline(
    bands,
    deflate,
    (deflated) => pngFile(width, height, deflated),
    async (file: AsyncIterable<Buffer>) => {
      for await (const part of file) parts.push(part);
    },
  );
  return { data: Buffer.concat(parts), width, height };
}
