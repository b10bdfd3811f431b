import { crc32 } from 'node:zlib';
import { damaged } from '../image.errors.js';
import { chunkCode, ChunkWalk, CHUNK_FRAME, readPngSize, type PngChunk } from '../png-chunk-walk.js';

const IDAT = chunkCode('IDAT');

/** Chunks that may change how the picture has to be shown; a PNG without them is understood by its pixels alone. */
const MATTERING = new Set(['tRNS', 'iCCP', 'cICP', 'eXIf'].map(chunkCode));

/** IHDR from its third field on: 8 bits, RGB, deflate, the one filter method, not interlaced (PNG, 11.2.1). */
const PLAIN_RGB = Buffer.from([8, 2, 0, 0, 0]);

/** Signature and IHDR. */
const HEAD_BYTES = 33;

/** An IEND chunk with its checksum. */
const END = Buffer.from('0000000049454e44ae426082', 'hex');

/**
 * Less than this part of its raw size, and a PNG is worth to be stored as it is; of a real photograph a deflater leaves
 * 0.9 at the very most, so what is above was not compressed at all.
 */
const COMPRESSED = 0.95;

/**
 * The same picture with nothing but its header, its compressed pixels as they are, and its end, where that can be
 * stored: 8-bit RGB, not interlaced, without alpha, profile or orientation, and compressed. Otherwise undefined: it has
 * to be encoded anew then. Throws `image_damaged` as `keepPictureChunks` does, and for a wrong checksum.
 *
 * It inflates nothing, so it does not know whether the pixels are whole.
 */
export function barePng(png: Buffer): Buffer | undefined {
  const { width, height } = readPngSize(png);
  if (!png.subarray(24, 29).equals(PLAIN_RGB)) return undefined;
  const data: PngChunk[] = [];
  const walk = new ChunkWalk(png.length);
  for (let chunk = walk.take(png, 0); chunk; chunk = walk.take(png, 0)) {
    if (MATTERING.has(chunk.type)) return undefined;
    if (chunk.type === IDAT) data.push(chunk);
  }
  const bytes = data.reduce((sum, { at, end }) => sum + end - at - CHUNK_FRAME, 0);
  if (bytes > COMPRESSED * height * (1 + 3 * width)) return undefined;
  for (const { at, end } of [{ at: 8, end: HEAD_BYTES }, ...data]) checkSum(png, at, end);
  return Buffer.concat([
    png.subarray(0, HEAD_BYTES),
    ...data.map(({ at, end }) => png.subarray(at, end)),
    END,
  ]);
}

function checkSum(png: Buffer, at: number, end: number): void {
  if (crc32(png.subarray(at + 4, end - 4)) !== png.readUInt32BE(end - 4)) {
    throw damaged('a checksum of the PNG is wrong');
  }
}
