import { open } from 'node:fs/promises';
import { CHUNK_FRAME, ChunkWalk, endsTooEarly, PNG_SIGNATURE, readPngSize } from './png-chunk-walk.js';

/**
 * Copies a PNG without the chunks that a picture does not need, and without anything behind its end: text,
 * compressed text, animation, private chunks, appended archives. Throws `image_damaged` where a chunk reaches past
 * the end of the file, IDAT or IEND is missing, or a chunk that must be understood is unknown. Inflates nothing.
 */
export function keepPictureChunks(png: Buffer): Buffer {
  readPngSize(png);
  const kept = Buffer.allocUnsafe(png.length);
  let written = png.copy(kept, 0, 0, PNG_SIGNATURE.length);
  const walk = new ChunkWalk(png.length);
  for (let chunk = walk.take(png, 0); chunk; chunk = walk.take(png, 0)) {
    if (chunk.isKept) written += png.copy(kept, written, chunk.at, chunk.end);
  }
  return kept.subarray(0, written);
}

/** How much of a file is looked at in one go: its chunks have 8 to 64 KiB in most files. */
const WINDOW_BYTES = 256 * 1024;

/**
 * True when `keepPictureChunks` would copy the whole file, so that a decoder may read the file itself. Throws as it
 * does, as far as it looked: it stops at the first chunk that would be left out. Needs 256 KiB, whatever the file.
 */
export async function hasOnlyPictureChunks(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const walk = new ChunkWalk(size);
    const buffer = Buffer.allocUnsafe(Math.min(size, WINDOW_BYTES));
    for (;;) {
      const from = walk.at;
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
      const window = buffer.subarray(0, bytesRead);
      while (!walk.ended && walk.at + CHUNK_FRAME <= from + bytesRead) {
        const chunk = walk.take(window, from);
        if (chunk && !chunk.isKept) return false;
      }
      if (walk.ended) return walk.at === size;
      if (walk.at === from) throw endsTooEarly();
    }
  } finally {
    await file.close();
  }
}
