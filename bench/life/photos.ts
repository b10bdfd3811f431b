import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';

/** Pixels that no format can make small. */
function noise(width: number, height: number) {
  const data = Buffer.alloc(width * height * 3);
  randomFillSync(data);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A JPEG of about 1 MB, as a phone or a scanner makes them: 1,800 x 1,300 pixels. */
export function megabytePhoto(): Promise<Buffer> {
  return noise(1800, 1300).jpeg({ quality: 46 }).toBuffer();
}

/** A small JPEG, so that what is done beside the picture counts. */
export function smallPhoto(): Promise<Buffer> {
  return noise(400, 300).jpeg({ quality: 60 }).toBuffer();
}

/** Photos just below 20 MB in each format that is taken. */
export async function largePhotos(): Promise<Record<string, Buffer>> {
  return {
    'photo.jpg': await noise(5600, 4200).jpeg({ quality: 90 }).toBuffer(),
    'photo.png': await noise(2600, 2520).png({ compressionLevel: 1 }).toBuffer(),
    'photo.bmp': bmp(2600, 2520),
  };
}

/** 24 bits a pixel; rows of these widths need no padding. */
function bmp(width: number, height: number): Buffer {
  const header = Buffer.alloc(54);
  const pixels = Buffer.alloc(width * height * 3);
  randomFillSync(pixels);
  header.write('BM');
  header.writeUInt32LE(header.length + pixels.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  header.writeUInt32LE(pixels.length, 34);
  return Buffer.concat([header, pixels]);
}
