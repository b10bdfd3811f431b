import { damaged, type ImageError } from './image.errors.js';

/** The first eight bytes of every PNG (PNG specification, 5.2). */
export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Length, type and checksum around a chunk's data (PNG specification, 5.3). */
export const CHUNK_FRAME = 12;

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

/** A chunk's type as the number that its four letters are. */
export const chunkCode = (type: string): number => Buffer.from(type, 'latin1').readUInt32BE(0);
const KEPT = new Set(KEPT_CHUNKS.map(chunkCode));
const [IHDR, IDAT, IEND] = [chunkCode('IHDR'), chunkCode('IDAT'), chunkCode('IEND')];

/** Bit 5 of a type's first letter: a decoder may ignore the chunk (PNG specification, 5.4). */
const ANCILLARY = 0x20_00_00_00;

/** Reads width and height from the start of a PNG; throws `image_damaged` where there is no sound IHDR. */
export function readPngSize(head: Buffer): { width: number; height: number } {
  if (!head.subarray(0, 8).equals(PNG_SIGNATURE)) throw damaged('the PNG signature is broken');
  if (head.length < 33 || head.readUInt32BE(8) !== 13 || head.readUInt32BE(12) !== IHDR) {
    throw damaged('the PNG header is missing');
  }
  const width = head.readUInt32BE(16);
  const height = head.readUInt32BE(20);
  if (width === 0 || height === 0) throw damaged('the PNG header gives no width or height');
  return { width, height };
}

/** Where a chunk lies in its file. */
export interface PngChunk {
  type: number;
  /** Where its length field begins. */
  at: number;
  /** One past its checksum. */
  end: number;
  /** The picture cannot be shown rightly without it. */
  isKept: boolean;
}

/** Goes from chunk to chunk and checks what every PNG has to be. */
export class ChunkWalk {
  at = PNG_SIGNATURE.length;
  /** IEND was taken. */
  ended = false;
  private sawData = false;

  constructor(private readonly fileBytes: number) {}

  /** The next chunk, whose frame lies in `bytes`, which begin at `from` in the file; nothing behind IEND. */
  take(bytes: Buffer, from: number): PngChunk | undefined {
    if (this.ended) return undefined;
    const { at } = this;
    if (at + CHUNK_FRAME > this.fileBytes) throw endsTooEarly();
    const type = bytes.readUInt32BE(at - from + 4);
    const end = at + CHUNK_FRAME + bytes.readUInt32BE(at - from);
    if (end > this.fileBytes) throw endsTooEarly();
    const isKept = KEPT.has(type);
    if (!isKept && (type & ANCILLARY) === 0) throw damaged('the PNG has a part that nobody knows');
    this.sawData ||= type === IDAT;
    this.ended = type === IEND;
    if (this.ended && !this.sawData) throw damaged('the PNG has no pixels');
    this.at = end;
    return { type, at, end, isKept };
  }
}

/** The file ends within a chunk, or before the last one. */
export const endsTooEarly = (): ImageError => damaged('the PNG ends too early');
