import type { BmpChannel, BmpHeader } from './bmp-header.js';
import { indexRuns } from './bmp-rle.js';
import { damaged } from './image.errors.js';

/** Writes one row (counted from the top) as 8-bit red, green, blue into `rgb`, from `at` on. */
export type BmpRowReader = (row: number, rgb: Uint8Array, at: number) => void;

/**
 * Gives access to the pixels of a bitmap, row by row in any order, in memory that does not grow with the picture.
 * Alpha is blended onto white; where it is 0 in the whole picture it is taken as unused, as browsers do.
 * Throws `image_damaged` for run-length streams that leave the picture; a row throws it for a colour outside
 * the palette. A colour profile inside the header (v5) is not applied.
 */
export function bmpRowReader(data: Buffer, header: BmpHeader): BmpRowReader {
  const storedRow = (row: number): number => (header.topDown ? row : header.height - 1 - row);
  if (header.bitsPerPixel <= 8) return indexedRows(data, header, storedRow);
  const rowAt = (row: number): number => header.pixelOffset + storedRow(row) * header.stride;
  return header.bitsPerPixel === 24 ? trueColourRows(data, header, rowAt) : channelRows(data, header, rowAt);
}

function indexedRows(data: Buffer, header: BmpHeader, storedRow: (row: number) => number): BmpRowReader {
  const { palette, width } = header;
  const indices = new Uint8Array(width);
  const readIndices = header.runLength ? indexRuns(data, header) : packedRows(data, header);
  return (row, rgb, at) => {
    readIndices(storedRow(row), indices);
    for (let x = 0; x < width; x += 1) {
      const colour = indices[x]! * 3;
      if (colour >= palette.length) throw damaged('the bitmap uses a colour that its palette does not have');
      const to = at + x * 3;
      rgb[to] = palette[colour]!;
      rgb[to + 1] = palette[colour + 1]!;
      rgb[to + 2] = palette[colour + 2]!;
    }
  };
}

/** 1, 2, 4 or 8 bits a pixel, the leftmost pixel in the highest bits. */
function packedRows(data: Buffer, header: BmpHeader): (storedRow: number, indices: Uint8Array) => void {
  const bits = header.bitsPerPixel;
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  return (storedRow, indices) => {
    const from = header.pixelOffset + storedRow * header.stride;
    for (let x = 0; x < header.width; x += 1) {
      const byte = data[from + Math.floor(x / perByte)]!;
      indices[x] = (byte >> (8 - bits - (x % perByte) * bits)) & mask;
    }
  };
}

function trueColourRows(data: Buffer, header: BmpHeader, rowAt: (row: number) => number): BmpRowReader {
  return (row, rgb, at) => {
    let from = rowAt(row);
    for (let to = at; to < at + header.width * 3; to += 3) {
      rgb[to] = data[from + 2]!;
      rgb[to + 1] = data[from + 1]!;
      rgb[to + 2] = data[from]!;
      from += 3;
    }
  };
}

function channelRows(data: Buffer, header: BmpHeader, rowAt: (row: number) => number): BmpRowReader {
  const bytes = header.bitsPerPixel / 8;
  const pixelAt = bytes === 2 ? (at: number) => data.readUInt16LE(at) : (at: number) => data.readUInt32LE(at);
  const [red, green, blue] = header.channels.slice(0, 3).map(channelReader) as [Scale, Scale, Scale];
  const alphaMask = header.channels[3]?.mask ?? 0;
  const alpha =
    alphaMask !== 0 && hasAlpha(header, rowAt, pixelAt, alphaMask)
      ? channelReader(header.channels[3]!)
      : undefined;
  return (row, rgb, at) => {
    const from = rowAt(row);
    for (let x = 0; x < header.width; x += 1) {
      const pixel = pixelAt(from + x * bytes);
      const to = at + x * 3;
      const opacity = alpha ? alpha(pixel) / 255 : 1;
      rgb[to] = overWhite(red(pixel), opacity);
      rgb[to + 1] = overWhite(green(pixel), opacity);
      rgb[to + 2] = overWhite(blue(pixel), opacity);
    }
  };
}

const overWhite = (value: number, opacity: number): number => 255 - Math.round((255 - value) * opacity);

/** From a pixel to 0-255. */
type Scale = (pixel: number) => number;

/** Channels with more than 8 bits lose the lower ones; narrower ones are spread over the whole range. */
function channelReader({ shift, bits }: BmpChannel): Scale {
  const kept = Math.min(bits, 8);
  const drop = shift + bits - kept;
  const top = 2 ** kept - 1;
  const scaled = Uint8Array.from({ length: top + 1 }, (_, value) =>
    top === 0 ? 0 : Math.round((value * 255) / top),
  );
  return (pixel) => scaled[(pixel >>> drop) & top]!;
}

function hasAlpha(
  header: BmpHeader,
  rowAt: (row: number) => number,
  pixelAt: (at: number) => number,
  mask: number,
): boolean {
  const bytes = header.bitsPerPixel / 8;
  for (let row = 0; row < header.height; row += 1) {
    const from = rowAt(row);
    for (let x = 0; x < header.width; x += 1) if ((pixelAt(from + x * bytes) & mask) !== 0) return true;
  }
  return false;
}
