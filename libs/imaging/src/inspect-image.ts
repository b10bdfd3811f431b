import PQueue from 'p-queue';
import type { ArtifactRef } from '@app/contracts';
import { MEDIA_TYPES, type ImageFormat } from './image-format.js';
import { readImageHeader } from './image-header.js';
import type { ImageLimits } from './image-limits.js';

/** What a picture says it is, before any pixel is decoded. */
export interface ImageInfo {
  format: ImageFormat;
  mediaType: ArtifactRef['mediaType'];
  /** Pixels the right way up: EXIF orientation is applied. */
  width: number;
  height: number;
}

/** A PNG is read whole; four at a time keep a rush of uploads below 100 MB. */
const inspections = new PQueue({ concurrency: 4 });

/**
 * Looks at an uploaded file, in milliseconds: format by content, size, every limit. Call it first; it refuses at
 * once what needs no decoding, and tells the extension and media type of the original.
 *
 * Throws `ImageError`: `file_too_large`, `unsupported_format`, `image_damaged` (also an empty file),
 * `image_too_many_pixels`, `image_too_small`. Errors of the file system pass through with their `code`.
 * It decodes no pixels: damage inside the pixel data is found by `writeCanonical`.
 */
export async function inspectImage(path: string, limits: ImageLimits): Promise<ImageInfo> {
  const { format, width, height } = await inspections.add(() => readImageHeader(path, limits));
  return { format, mediaType: MEDIA_TYPES[format], width, height };
}
