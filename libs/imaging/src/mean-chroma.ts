import { readImageBytes, readImageHeader } from './image-header.js';
import { RESULT_IMAGE_LIMITS } from './image-limits.js';
import { ImageError } from './image.errors.js';
import { inDecodeSlot, openUpright, translateSharpError } from './libvips.js';

/** Large pictures are measured at this size: the mean hardly moves, and 50 megapixels of floats would be 600 MB. */
const MEASURED_SIDE = 1024;

/**
 * How colourful a JPEG or PNG is: the mean of sqrt(a*a + b*b) over its pixels in CIELAB (D65). 0 is exactly grey,
 * old sepia prints lie around 7-16, a colour portrait around 20, pure red is 104.6. For demonstrations and tests.
 *
 * Throws `ImageError` like `makeCanonical`; a BMP is refused as `unsupported_format` (measure its canonical PNG).
 */
export async function meanChroma(source: string | Buffer): Promise<number> {
  const limits = RESULT_IMAGE_LIMITS;
  return await inDecodeSlot(async () => {
    const bytes = await readImageBytes(source, limits);
    const { format } = await readImageHeader(bytes, limits);
    if (format === 'bmp') {
      throw new ImageError('unsupported_format', 'Chroma is measured on JPEG and PNG only.', {
        detected: 'bmp',
      });
    }
    try {
      const { data } = await openUpright(bytes, format, limits)
        .resize({ width: MEASURED_SIDE, height: MEASURED_SIDE, fit: 'inside', withoutEnlargement: true })
        .toColourspace('lab')
        .raw({ depth: 'float' })
        .toBuffer({ resolveWithObject: true });
      return mean(
        new Float32Array(data.buffer, data.byteOffset, data.length / Float32Array.BYTES_PER_ELEMENT),
      );
    } catch (error) {
      throw translateSharpError(error, limits);
    }
  });
}

function mean(lab: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < lab.length; at += 3) sum += Math.hypot(lab[at + 1]!, lab[at + 2]!);
  return sum / (lab.length / 3);
}
