import { open } from 'node:fs/promises';
import { damaged, type ImageError } from './image.errors.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Length, type and checksum around a chunk's data (PNG specification, 5.3). */
const CHUNK_FRAME = 12;

/** What decides how the picture looks. Text, time and private chunks are not here, whose inflation can be a bomb. */
const KEPT_CHUNKS = [
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'cICP',
  'sBIT',
  'eXIf',
];

const code = (type: string): number => Buffer.from(type, 'latin1').readUInt32BE(0);
const KEPT = new Set(KEPT_CHUNKS.map(code));
const [IHDR, IDAT, IEND] = [code('IHDR'), code('IDAT'), code('IEND')];

/** Bit 5 of a type's first letter: a decoder may ignore the chunk (PNG specification, 5.4). */
const ANCILLARY = 0x20_00_00_00;

/** Reads width and height from the start of a PNG; throws `image_damaged` where there is no sound IHDR. */
export function readPngSize(head: Buffer): { width: number; height: number } {
  if (!head.subarray(0, 8).equals(SIGNATURE)) throw damaged('the PNG signature is broken');
  if (head.length < 33 || head.readUInt32BE(8) !== 13 || head.readUInt32BE(12) !== IHDR) {
    throw damaged('the PNG header is missing');
  }
  const width = head.readUInt32BE(16);
  const height = head.readUInt32BE(20);
  if (width === 0 || height === 0) throw damaged('the PNG header gives no width or height');
  return { width, height };
}

interface Chunk {
  type: number;
  /** Where its length field begins. */
  at: number;
  /** One past its checksum. */
  end: number;
}

/**
 * Copies a PNG without the chunks that a picture does not need, and without anything behind its end: text,
 * compressed text, animation, private chunks, appended archives. Throws `image_damaged` where a chunk reaches past
 * the end of the file, IDAT or IEND is missing, or a chunk that must be understood is unknown. Inflates nothing.
 */
export function keepPictureChunks(png: Buffer): Buffer {
  readPngSize(png);
  const kept = Buffer.allocUnsafe(png.length);
  let written = png.copy(kept, 0, 0, SIGNATURE.length);
  const walk = new ChunkWalk(png.length);
  for (let chunk = walk.take(png, 0); chunk; chunk = walk.take(png, 0)) {
    if (KEPT.has(chunk.type)) written += png.copy(kept, written, chunk.at, chunk.end);
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
        if (chunk && !KEPT.has(chunk.type)) return false;
      }
      if (walk.ended) return walk.at === size;
      if (walk.at === from) throw tooShort();
    }
  } finally {
    await file.close();
  }
}

/** Goes from chunk to chunk and checks what every PNG has to be. */
class ChunkWalk {
  at = SIGNATURE.length;
  /** IEND was taken. */
  ended = false;
  private sawData = false;

  constructor(private readonly fileBytes: number) {}

  /** The next chunk, whose frame lies in `bytes`, which begin at `from` in the file; nothing behind IEND. */
  take(bytes: Buffer, from: number): Chunk | undefined {
    if (this.ended) return undefined;
    const { at } = this;
    if (at + CHUNK_FRAME > this.fileBytes) throw tooShort();
    const type = bytes.readUInt32BE(at - from + 4);
    const end = at + CHUNK_FRAME + bytes.readUInt32BE(at - from);
    if (end > this.fileBytes) throw tooShort();
    if (!KEPT.has(type) && (type & ANCILLARY) === 0) throw damaged('the PNG has a part that nobody knows');
    this.sawData ||= type === IDAT;
    this.ended = type === IEND;
    if (this.ended && !this.sawData) throw damaged('the PNG has no pixels');
    this.at = end;
    return { type, at, end };
  }
}

const tooShort = (): ImageError => damaged('the PNG ends too early');
