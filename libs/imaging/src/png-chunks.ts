import { damaged } from './image.errors.js';

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

/**
 * Copies a PNG without the chunks that a picture does not need, and without anything behind its end: text,
 * compressed text, animation, private chunks, appended archives. Throws `image_damaged` where a chunk reaches past
 * the end of the file, IDAT or IEND is missing, or a chunk that must be understood is unknown. Inflates nothing.
 */
export function keepPictureChunks(png: Buffer): Buffer {
  readPngSize(png);
  const kept = Buffer.allocUnsafe(png.length);
  let written = png.copy(kept, 0, 0, SIGNATURE.length);
  let at = SIGNATURE.length;
  let sawData = false;
  for (;;) {
    if (at + CHUNK_FRAME > png.length) throw damaged('the PNG ends too early');
    const type = png.readUInt32BE(at + 4);
    const end = at + CHUNK_FRAME + png.readUInt32BE(at);
    if (end > png.length) throw damaged('the PNG ends too early');
    if (KEPT.has(type)) written += png.copy(kept, written, at, end);
    else if ((type & ANCILLARY) === 0) throw damaged('the PNG has a part that nobody knows');
    sawData ||= type === IDAT;
    at = end;
    if (type === IEND) break;
  }
  if (!sawData) throw damaged('the PNG has no pixels');
  return kept.subarray(0, written);
}
