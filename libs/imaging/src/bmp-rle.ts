import type { BmpHeader } from './bmp-header.js';
import { damaged } from './image.errors.js';

/** A place in a run-length stream: the next byte, and the pixel that it colours (row 0 is stored first). */
interface Position {
  at: number;
  x: number;
  y: number;
  ended: boolean;
}

/** Fills a row of palette indices; row 0 is the first stored one. Pixels that the stream skips get index 0. */
export type RunRowReader = (storedRow: number, indices: Uint8Array) => void;

/**
 * Prepares a run-length bitmap (RLE8 or RLE4) for reading in any order of rows: walks the whole stream once, checks
 * every run against the picture and the file, and remembers where each row begins. Needs 8 bytes a row, however
 * many pixels the header claims.
 */
export function indexRuns(data: Buffer, header: BmpHeader): RunRowReader {
  const starts = new Int32Array(header.height * 2).fill(-1);
  let position: Position = { at: header.pixelOffset, x: 0, y: 0, ended: false };
  while (!position.ended) {
    if (position.y < header.height) starts.set([position.at, position.x], position.y * 2);
    position = walkRow(data, header, position);
  }
  return (storedRow, indices) => {
    indices.fill(0);
    const at = starts[storedRow * 2]!;
    if (at >= 0)
      walkRow(data, header, { at, x: starts[storedRow * 2 + 1]!, y: storedRow, ended: false }, indices);
  };
}

/** Follows the stream until it leaves the row; writes the indices where a row is given. */
function walkRow(data: Buffer, header: BmpHeader, from: Position, indices?: Uint8Array): Position {
  const { width, height } = header;
  const { y } = from;
  let { at, x } = from;
  for (;;) {
    if (at + 2 > data.length) {
      if (y < height - 1 || (y === height - 1 && x < width)) throw damaged('the bitmap ends too early');
      return { at, x, y, ended: true };
    }
    const count = data[at]!;
    const value = data[at + 1]!;
    at += 2;
    if (count === 0 && value === 0) return { at, x: 0, y: y + 1, ended: false };
    if (count === 0 && value === 1) return { at, x, y, ended: true };
    if (count === 0 && value === 2) {
      if (at + 2 > data.length) throw damaged('the bitmap ends too early');
      x += data[at]!;
      const down = data[at + 1]!;
      at += 2;
      if (x > width || y + down > height) throw damaged('the bitmap draws outside itself');
      if (down > 0) return { at, x, y: y + down, ended: false };
      continue;
    }
    const pixels = count || value;
    if (y >= height || x + pixels > width) throw damaged('the bitmap draws outside itself');
    if (count > 0) {
      if (indices) writeRun(indices, x, count, value, header.bitsPerPixel);
    } else {
      const bytes = Math.ceil((pixels * header.bitsPerPixel) / 8);
      if (at + bytes > data.length) throw damaged('the bitmap ends too early');
      if (indices) writeLiteral(indices, x, pixels, data, at, header.bitsPerPixel);
      at += bytes + (bytes % 2);
    }
    x += pixels;
  }
}

/** RLE4 alternates between the two halves of the byte. */
function writeRun(indices: Uint8Array, x: number, count: number, value: number, bits: number): void {
  if (bits === 8) indices.fill(value, x, x + count);
  else
    for (let index = 0; index < count; index += 1)
      indices[x + index] = index % 2 === 0 ? value >> 4 : value & 15;
}

function writeLiteral(
  indices: Uint8Array,
  x: number,
  pixels: number,
  data: Buffer,
  at: number,
  bits: number,
): void {
  for (let index = 0; index < pixels; index += 1) {
    const byte = data[at + (bits === 8 ? index : index >> 1)]!;
    indices[x + index] = bits === 8 ? byte : index % 2 === 0 ? byte >> 4 : byte & 15;
  }
}
