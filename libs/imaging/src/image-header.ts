import { open, readFile, stat } from 'node:fs/promises';
import { parseBmpHeader } from './bmp-header.js';
import { detectFormat, type ImageFormat } from './image-format.js';
import { checkBytes, checkSize, type ImageLimits } from './image-limits.js';
import { damaged } from './image.errors.js';
import { pictureSource, readStoredSize, type StoredSize } from './libvips.js';
import { readPngSize } from './png-chunk-walk.js';
import { keepPictureChunks } from './png-chunks.js';

export interface ImageHeader extends StoredSize {
  format: ImageFormat;
}

/** Enough for the headers and the palette of a bitmap, and for naming any other kind of file. */
const HEAD_BYTES = 64 * 1024;

/**
 * Reads format and size, and checks every limit that needs no pixel. Of a file, only the start is read where that
 * is enough; a PNG with text is read whole, because its orientation may only be asked for after its text chunks are
 * gone (a thousand of them, 8 MB each when inflated, fit into an 8 MB file).
 */
export async function readImageHeader(source: string | Buffer, limits: ImageLimits): Promise<ImageHeader> {
  const { head, bytes } =
    typeof source === 'string' ? await readHead(source) : { head: source, bytes: source.length };
  checkBytes(bytes, limits);
  const format = await detectFormat(head.subarray(0, HEAD_BYTES));
  if (format === 'bmp') {
    const { width, height } = parseBmpHeader(head, bytes, (size) =>
      checkSize(size.width, size.height, limits),
    );
    return { format, width, height, orientation: 1, bytesAtOnce: 0, isCmyk: false };
  }
  if (format === 'png') {
    const { width, height } = readPngSize(head);
    checkSize(width, height, limits);
  }
  const stored = await storedSize(format, source);
  checkSize(stored.width, stored.height, limits);
  return { format, ...stored };
}

/** The whole file, or the buffer as it is; refuses by size before it reads. */
export async function readImageBytes(source: string | Buffer, limits: ImageLimits): Promise<Buffer> {
  checkBytes(typeof source === 'string' ? (await stat(source)).size : source.length, limits);
  return typeof source === 'string' ? await readFile(source) : source;
}

async function readHead(path: string): Promise<{ head: Buffer; bytes: number }> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, HEAD_BYTES)), 0, undefined, 0);
    return { head: buffer.subarray(0, bytesRead), bytes: size };
  } finally {
    await file.close();
  }
}

async function storedSize(format: 'jpeg' | 'png', source: string | Buffer): Promise<StoredSize> {
  const inMemory = format === 'png' && Buffer.isBuffer(source) ? keepPictureChunks(source) : source;
  const picture = typeof inMemory === 'string' ? await pictureSource(inMemory, format) : inMemory;
  try {
    return await readStoredSize(picture);
  } catch (error) {
    throw damaged('its header cannot be read', error);
  }
}
