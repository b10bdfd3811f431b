import { bmpToPng } from './bmp-to-png.js';
import { readImageHeader } from './image-header.js';
import type { ImageLimits } from './image-limits.js';
import { inDecodeSlot, openUpright, PNG_OUTPUT, STORED_PNG, translateSharpError } from './libvips.js';

/**
 * `small` takes a third to a half of the bytes; `fast` a sixth of the time, because it does not compress. Fast pays
 * where the picture goes to the same machine or over a gigabit line and is gone after that.
 */
export type CanonicalEncoding = 'small' | 'fast';

/** A picture as engines get it. */
export interface Canonical {
  data: Buffer;
  width: number;
  height: number;
}

/** Beyond this an uncompressed PNG would near the 100 MB that ComfyUI takes as an upload (`--max-upload-size`). */
const FAST_PIXELS = 24_000_000;

/**
 * Decodes a JPEG, PNG or BMP completely and makes of it what the engine may see: an upright 8-bit sRGB PNG with three
 * channels, no metadata, nothing of the original file but its pixels. Alpha is laid on white, like a print on paper;
 * CMYK, 16-bit, grey, palette and pictures with a colour profile are converted. Above 24 megapixels it is always
 * compressed.
 *
 * At most two decodes run at a time in a process; the others wait. A JPEG of 3 megapixels takes 20 ms and 9 MB of PNG
 * when it is `fast`, 165 ms and 3 to 4 MB when it is `small`; one of 12 megapixels 60 ms and 36 MB, or 550 ms and 9 to
 * 13 MB.
 *
 * Throws `ImageError` like `ImageProcess.takeIn` (it checks everything again), and `image_damaged` for truncated or
 * broken pixel data and for a decode beyond `limits.decodeTimeoutMs`.
 */
export async function makeCanonical(
  source: Buffer,
  limits: ImageLimits,
  encoding: CanonicalEncoding = 'small',
): Promise<Canonical> {
  return await inDecodeSlot(async () => {
    const { format, width, height } = await readImageHeader(source, limits);
    const isFast = encoding === 'fast' && width * height <= FAST_PIXELS;
    if (format === 'bmp') return await bmpToPng(source, limits, isFast);
    try {
      const picture = openUpright(source, format, limits).png(isFast ? STORED_PNG : PNG_OUTPUT);
      return { data: await picture.toBuffer(), width, height };
    } catch (error) {
      throw translateSharpError(error, limits);
    }
  });
}
