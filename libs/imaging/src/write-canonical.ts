import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { bmpToPng } from './bmp-to-png.js';
import { readImageBytes, readImageHeader } from './image-header.js';
import type { ImageLimits } from './image-limits.js';
import { inDecodeSlot, openUpright, PNG_OUTPUT, translateSharpError } from './libvips.js';

/**
 * Decodes a JPEG, PNG or BMP completely and writes what the engine may see: an upright 8-bit sRGB PNG with three
 * channels, no metadata, nothing of the original file but its pixels. Alpha is laid on white, like a print on paper;
 * CMYK, 16-bit, grey, palette and pictures with a colour profile are converted.
 *
 * `targetPath` appears complete or not at all (written beside it, then renamed; not flushed to disk). At most two
 * decodes run at a time in a process; the others wait. A 24-megapixel JPEG takes 1.2 s and 33 MB of PNG.
 *
 * Throws `ImageError` like `ImageProcess.takeIn` (it checks everything again), and `image_damaged` for truncated or
 * broken pixel data and for a decode beyond `limits.decodeTimeoutMs`. Errors of the file system keep their `code`
 * (`ENOSPC`, `EDQUOT`, `ENOENT`, otherwise `EIO` where libvips does not tell).
 */
export async function writeCanonical(
  sourcePath: string,
  targetPath: string,
  limits: ImageLimits,
): Promise<{ width: number; height: number }> {
  return await inDecodeSlot(async () => {
    const data = await readImageBytes(sourcePath, limits);
    const { format } = await readImageHeader(data, limits);
    const partPath = `${targetPath}.${randomUUID()}.part`;
    try {
      const size =
        format === 'bmp'
          ? await bmpToPng(data, limits, partPath)
          : await openUpright(data, format, limits).png(PNG_OUTPUT).toFile(partPath);
      await rename(partPath, targetPath);
      return { width: size.width, height: size.height };
    } catch (error) {
      await rm(partPath, { force: true });
      throw translateSharpError(error, limits);
    }
  });
}
