import sharp from 'sharp';
import { writeBmp } from '../../../libs/imaging/test/bmp-writer.js';
import type { Original } from './worker-app.js';

/** 96 x 64 as stored, to be turned by 90 degrees; its EXIF says who took it and where. */
export async function rotatedJpeg(): Promise<Original> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
  const data = await sharp({ create: { width: 96, height: 64, channels: 3, background: 'white', noise } })
    .withExif({ IFD0: { Artist: 'somebody' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  return { data, extension: 'jpg', mediaType: 'image/jpeg', width: 64, height: 96 };
}

/** A bitmap, upside down in the file as most are: red on the left, blue on the right. */
export function bitmap(): Original {
  const data = writeBmp({ width: 40, height: 24, bits: 24, pixel: (x) => (x < 20 ? 0xff0000 : 0x0000ff) });
  return { data, extension: 'bmp', mediaType: 'image/bmp', width: 40, height: 24 };
}
