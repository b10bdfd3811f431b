/** What to write. Pixels are raw values as stored: a palette index, or the bits of a 16, 24 or 32 bit pixel. */
export interface BmpPicture {
  width: number;
  height: number;
  bits: number;
  pixel?: (x: number, y: number) => number;
  /** Red, green, blue for each colour. */
  palette?: [number, number, number][];
  headerSize?: number;
  compression?: number;
  masks?: number[];
  topDown?: boolean;
  /** The stored pixel bytes, instead of `pixel`. */
  data?: Buffer;
  /** Headers that lie. */
  claim?: { width?: number; height?: number; bits?: number; colours?: number; pixelOffset?: number };
}

/** Writes bitmaps for tests, from the Windows "Bitmap Storage" description and with no code of the decoder. */
export function writeBmp(picture: BmpPicture): Buffer {
  const { headerSize = 40, claim = {}, palette = [], masks = [] } = picture;
  const core = headerSize === 12;
  const masksBehind = headerSize === 40 ? masks.length * 4 : 0;
  const paletteBytes = palette.length * (core ? 3 : 4);
  const start = Buffer.alloc(14 + headerSize + masksBehind + paletteBytes);
  start.write('BM', 0, 'latin1');
  start.writeUInt32LE(claim.pixelOffset ?? start.length, 10);
  start.writeUInt32LE(headerSize, 14);
  const height = claim.height ?? (picture.topDown ? -picture.height : picture.height);
  if (core) {
    start.writeUInt16LE(claim.width ?? picture.width, 18);
    start.writeUInt16LE(height, 20);
    start.writeUInt16LE(1, 22);
    start.writeUInt16LE(claim.bits ?? picture.bits, 24);
  } else {
    start.writeInt32LE(claim.width ?? picture.width, 18);
    start.writeInt32LE(height, 22);
    start.writeUInt16LE(1, 26);
    start.writeUInt16LE(claim.bits ?? picture.bits, 28);
  }
  if (headerSize >= 40) {
    start.writeUInt32LE(picture.compression ?? 0, 30);
    start.writeUInt32LE(claim.colours ?? palette.length, 46);
    masks.forEach((mask, index) => start.writeUInt32LE(mask, 54 + 4 * index));
  }
  palette.forEach(([red, green, blue], index) => {
    const at = 14 + headerSize + masksBehind + index * (core ? 3 : 4);
    start.set([blue, green, red], at);
  });
  return Buffer.concat([start, picture.data ?? packRows(picture)]);
}

/** Rows of bits, leftmost pixel first, each padded to four bytes; the bottom row first unless told otherwise. */
function packRows({ width, height, bits, pixel = () => 0, topDown = false }: BmpPicture): Buffer {
  const rows = Array.from({ length: height }, (_, stored) => {
    const y = topDown ? stored : height - 1 - stored;
    const row = Buffer.alloc(Math.ceil((width * bits) / 32) * 4);
    for (let x = 0; x < width; x += 1) {
      const value = pixel(x, y);
      if (bits >= 8) row.writeUIntLE(value, (x * bits) / 8, bits / 8);
      else {
        const bit = x * bits;
        row[bit >> 3]! |= value << (8 - bits - (bit & 7));
      }
    }
    return row;
  });
  return Buffer.concat(rows);
}
