import { crc32 } from 'node:zlib';
import { PNG_SIGNATURE } from './png-chunk-walk.js';

/** Filter 0 of the PNG specification, 9.2: bytes as they are. */
export const NO_FILTER = 0;
/** Filter 4, 9.4: each byte minus the likeliest of its three neighbours. */
export const PAETH = 4;

/**
 * Puts rows of 8-bit RGB into bands of filtered PNG scanlines of about 256 KiB: one is made in about a
 * millisecond, and the event loop turns between two of them.
 */
export function* scanlineBands(
  width: number,
  height: number,
  filter: typeof NO_FILTER | typeof PAETH,
  readRow: (row: number, rgb: Uint8Array, at: number) => void,
): Generator<Buffer> {
  const rowBytes = width * 3;
  const rowsPerBand = Math.max(1, Math.floor((256 * 1024) / (rowBytes + 1)));
  // Three zero bytes in front stand for the pixel left of the first one.
  let above = new Uint8Array(rowBytes + 3);
  let current = new Uint8Array(rowBytes + 3);
  for (let first = 0; first < height; first += rowsPerBand) {
    const rows = Math.min(rowsPerBand, height - first);
    const band = Buffer.allocUnsafe(rows * (rowBytes + 1));
    for (let index = 0; index < rows; index += 1) {
      readRow(first + index, current, 3);
      const at = index * (rowBytes + 1);
      band[at] = filter;
      if (filter === PAETH) filterRow(current, above, band, at);
      else band.set(current.subarray(3), at + 1);
      [above, current] = [current, above];
    }
    yield band;
  }
}

function filterRow(current: Uint8Array, above: Uint8Array, band: Buffer, at: number): void {
  const shift = at + 1 - 3;
  for (let index = 3; index < current.length; index += 1) {
    const left = current[index - 3]!;
    const up = above[index]!;
    const corner = above[index - 3]!;
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    const likeliest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    band[shift + index] = current[index]! - likeliest;
  }
}

/** Wraps a deflated stream of filtered 8-bit RGB scanlines into a PNG file without any metadata. */
export async function* pngFile(
  width: number,
  height: number,
  deflated: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  yield PNG_SIGNATURE;
  yield chunk('IHDR', header);
  for await (const data of deflated) yield chunk('IDAT', data);
  yield chunk('IEND', Buffer.alloc(0));
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), data.length + 8);
  return framed;
}
