import { readImageHeader } from './image-header.js';
import { RESULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { ImageError } from './image.errors.js';
import { inDecodeSlot, openUpright, PNG_OUTPUT, translateSharpError } from './libvips.js';

/**
 * Re-encodes a picture that an engine returned, so that nothing but its pixels goes out: ComfyUI writes the whole
 * workflow into text chunks of its PNGs. The result is an 8-bit sRGB PNG without alpha; where `size` is given and
 * differs, it is stretched to it (a model that works in multiples of 32 returns almost the size it was given).
 *
 * Accepts PNG and JPEG. Throws `ImageError` like `writeCanonical`: an engine can return anything.
 * It does not judge what is in the picture.
 */
export async function stripMetadata(
  source: Buffer,
  size?: { width: number; height: number },
  limits: ImageLimits = RESULT_IMAGE_LIMITS,
): Promise<{ data: Buffer; width: number; height: number }> {
  return await inDecodeSlot(async () => {
    const header = await readImageHeader(source, limits);
    if (header.format === 'bmp') {
      throw new ImageError('unsupported_format', 'A result has to be PNG or JPEG; this is BMP.', {
        detected: 'bmp',
      });
    }
    try {
      const picture = openUpright(source, header.format, limits);
      const differs = size && (size.width !== header.width || size.height !== header.height);
      const sized = differs ? picture.resize({ ...size, fit: 'fill' }) : picture;
      const { data, info } = await sized.png(PNG_OUTPUT).toBuffer({ resolveWithObject: true });
      return { data, width: info.width, height: info.height };
    } catch (error) {
      throw translateSharpError(error, limits);
    }
  });
}
