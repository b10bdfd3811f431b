import { damaged, ImageError } from './image.errors.js';

/** Where one colour channel lies in a 16 or 32 bit pixel: `(pixel & mask) >>> shift` has `bits` bits. */
export interface BmpChannel {
  mask: number;
  shift: number;
  bits: number;
}

export interface BmpHeader {
  width: number;
  height: number;
  /** The first stored row is the top one; usually it is the bottom one. */
  topDown: boolean;
  bitsPerPixel: number;
  /** Indexed pictures: 3 bytes (red, green, blue) per colour. Otherwise empty. */
  palette: Uint8Array;
  /** Indexed pictures only. */
  runLength: boolean;
  /** Red, green, blue and perhaps alpha; only for 16 and 32 bits. */
  channels: BmpChannel[];
  pixelOffset: number;
  /** Bytes from one stored row to the next; unused with `runLength`. */
  stride: number;
}

const FILE_HEADER = 14;
const CORE_HEADER = 12;
/** BITMAPCOREHEADER, OS/2 2.x short and full, BITMAPINFOHEADER, v2, v3, v4, v5. */
const HEADER_SIZES = [CORE_HEADER, 16, 64, 40, 52, 56, 108, 124];

const Compression = { rgb: 0, rle8: 1, rle4: 2, bitfields: 3, alphaBitfields: 6 } as const;

/**
 * Reads the headers and palette of a bitmap, from the start of the file and the size of the whole
 * (Windows GDI "Bitmap Storage"; OS/2 headers as in the bmpsuite collection). The file and image sizes that the
 * header claims are not used: many programs write them wrong. What is used is checked against the true size.
 *
 * `checkSize` is called before anything is derived from width and height.
 */
export function parseBmpHeader(
  head: Buffer,
  fileBytes: number,
  checkSize: (size: { width: number; height: number }) => void,
): BmpHeader {
  if (head.length < FILE_HEADER + CORE_HEADER) throw damaged('the bitmap header is cut off');
  const headerSize = head.readUInt32LE(14);
  if (!HEADER_SIZES.includes(headerSize)) throw damaged('the bitmap header has an unknown size');
  if (head.length < FILE_HEADER + headerSize) throw damaged('the bitmap header is cut off');
  const core = headerSize === CORE_HEADER;
  const width = core ? head.readUInt16LE(18) : head.readInt32LE(18);
  const storedHeight = core ? head.readUInt16LE(20) : head.readInt32LE(22);
  const bitsPerPixel = head.readUInt16LE(core ? 24 : 28);
  const compression = headerSize >= 40 ? head.readUInt32LE(30) : Compression.rgb;
  const pixelOffset = head.readUInt32LE(10);
  const height = Math.abs(storedHeight);
  if (width <= 0 || height === 0) throw damaged('the bitmap header gives no width or height');
  checkSize({ width, height });

  const topDown = storedHeight < 0;
  const runLength = compression === Compression.rle8 || compression === Compression.rle4;
  checkCoding(bitsPerPixel, compression, headerSize);
  if (runLength && topDown) throw damaged('a run-length bitmap cannot be stored top-down');

  const channels = readChannels(head, headerSize, bitsPerPixel, compression);
  const masksBehindHeader = headerSize === 40 && channels.length > 0 && compression !== Compression.rgb;
  const paletteOffset = FILE_HEADER + headerSize + (masksBehindHeader ? 4 * channels.length : 0);
  if (pixelOffset < paletteOffset || pixelOffset > fileBytes)
    throw damaged('the bitmap pixels lie outside the file');
  const palette =
    bitsPerPixel <= 8
      ? readPalette(head, headerSize, bitsPerPixel, paletteOffset, pixelOffset)
      : new Uint8Array();

  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (!runLength && pixelOffset + stride * height > fileBytes) throw damaged('the bitmap ends too early');
  return { width, height, topDown, bitsPerPixel, palette, runLength, channels, pixelOffset, stride };
}

function checkCoding(bits: number, compression: number, headerSize: number): void {
  const os2 = headerSize === 16 || headerSize === 64;
  const fits =
    (compression === Compression.rgb && [1, 2, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === Compression.rle8 && bits === 8) ||
    (compression === Compression.rle4 && bits === 4) ||
    (!os2 && isBitfields(compression) && (bits === 16 || bits === 32));
  if (fits) return;
  const known = compression <= Compression.alphaBitfields && [0, 1, 2, 4, 8, 16, 24, 32].includes(bits);
  if (!known) throw damaged('the bitmap header has an unknown coding');
  const message = 'This bitmap is stored in a way that we cannot read; please save it again as JPEG or PNG.';
  throw new ImageError('unsupported_format', message, { detected: 'bmp' });
}

const isBitfields = (compression: number): boolean =>
  compression === Compression.bitfields || compression === Compression.alphaBitfields;

function readChannels(head: Buffer, headerSize: number, bits: number, compression: number): BmpChannel[] {
  if (bits !== 16 && bits !== 32) return [];
  if (compression === Compression.rgb) {
    // The fourth byte of a plain 32 bit pixel is reserved, not alpha.
    return (bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0xff00, 0xff]).map(toChannel);
  }
  const alpha = headerSize >= 56 || compression === Compression.alphaBitfields;
  const count = alpha ? 4 : 3;
  if (head.length < 54 + 4 * count) throw damaged('the bitmap header is cut off');
  const masks = Array.from({ length: count }, (_, index) => head.readUInt32LE(54 + 4 * index));
  if (masks.some((mask, index) => masks.some((other, at) => at > index && (mask & other) !== 0))) {
    throw damaged('the bitmap colour masks overlap');
  }
  const used = masks[3] === 0 ? masks.slice(0, 3) : masks;
  return used.map(toChannel);
}

function toChannel(mask: number): BmpChannel {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  const bits = 32 - Math.clz32(mask >>> shift);
  if (mask !== 0 && mask >>> shift !== 2 ** bits - 1) throw damaged('the bitmap colour masks have holes');
  return { mask, shift, bits };
}

function readPalette(head: Buffer, headerSize: number, bits: number, start: number, end: number): Uint8Array {
  const entry = headerSize === CORE_HEADER ? 3 : 4;
  const claimed = headerSize >= 40 ? head.readUInt32LE(46) : 0;
  const room = Math.floor((Math.min(end, head.length) - start) / entry);
  if (claimed > room) throw damaged('the bitmap palette is cut off');
  const count = Math.min(claimed || 2 ** bits, 2 ** bits, room);
  if (count === 0) throw damaged('the bitmap has no palette');
  const palette = new Uint8Array(count * 3);
  for (let index = 0; index < count; index += 1) {
    const at = start + index * entry;
    palette.set([head.readUInt8(at + 2), head.readUInt8(at + 1), head.readUInt8(at)], index * 3);
  }
  return palette;
}
