import { RESULT_IMAGE_LIMITS } from './image-limits.js';
import { inDecodeSlot, openAsStored, translateSharpError } from './libvips.js';

/** Photographs at 95 show no difference to the eye; 4:4:4 keeps the colours of small things. */
const JPEG = { quality: 95, chromaSubsampling: '4:4:4' } as const;

/**
 * A finished result (PNG or JPEG, upright) as a JPEG, for programs that expect one. White shows where it was transparent.
 * @throws ImageError where it is no picture; any other error is of this machine.
 */
export async function toJpeg(picture: Buffer): Promise<Buffer> {
  try {
    return await inDecodeSlot(() => openAsStored(picture, RESULT_IMAGE_LIMITS).jpeg(JPEG).toBuffer());
  } catch (error) {
    throw translateSharpError(error, RESULT_IMAGE_LIMITS);
  }
}
