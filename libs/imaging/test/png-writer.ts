import { Readable } from 'node:stream';
import { crc32, createDeflate, deflateSync } from 'node:zlib';

/** One PNG chunk with a right checksum. */
export function pngChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const framed = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  framed.writeUInt32BE(data.length, 0);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), data.length + 8);
  return framed;
}

export interface PngPicture {
  width: number;
  height: number;
  /** 1, 8 or 16. */
  depth?: number;
  /** 0 grey, 2 RGB, 6 RGB with alpha. */
  colour?: 0 | 2 | 6;
  interlaced?: boolean;
  /** Chunks between the header and the pixels. */
  extra?: Buffer[];
  /** Deflated scanlines; black ones of the right length by default. */
  data?: Buffer;
  /** Bytes behind the end. */
  tail?: Buffer;
}

/** Writes PNGs for tests, also ones that lie or carry bombs, with zlib alone. */
export function writePng({
  width,
  height,
  depth = 8,
  colour = 2,
  interlaced = false,
  extra = [],
  data,
  tail,
}: PngPicture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  const samples = { 0: 1, 2: 3, 6: 4 }[colour];
  const rowBytes = 1 + Math.ceil((width * samples * depth) / 8);
  const parts = [Buffer.from('89504e470d0a1a0a', 'hex'), pngChunk('IHDR', header), ...extra];
  const pixels = data ?? deflateSync(Buffer.alloc(rowBytes * height), { level: 9 });
  return Buffer.concat([...parts, pngChunk('IDAT', pixels), pngChunk('IEND'), tail ?? Buffer.alloc(0)]);
}

/** A zTXt chunk that inflates to `bytes` bytes. */
export function textBomb(bytes: number): Buffer {
  return pngChunk(
    'zTXt',
    Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(bytes, 65))]),
  );
}

/** The stored bytes of an Adam7-interlaced picture (PNG specification, 8.2). */
export function interlacedBytes(width: number, height: number, bitsPerPixel: number): number {
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  return passes.reduce((sum, [x, y, everyX, everyY]) => {
    const columns = Math.ceil((width - x) / everyX);
    const rows = Math.ceil((height - y) / everyY);
    return sum + rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }, 0);
}

/** As many zeros, deflated without ever having them in memory. */
export async function deflatedZeros(bytes: number): Promise<Buffer> {
  const piece = Buffer.alloc(1024 * 1024);
  const zeros = Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= piece.length)
        yield piece.subarray(0, Math.min(left, piece.length));
    })(),
  );
  const parts: Buffer[] = [];
  for await (const part of zeros.pipe(createDeflate())) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
