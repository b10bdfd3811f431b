import PQueue from 'p-queue';
import type { ArtifactRef } from '@app/contracts';
import { MEDIA_TYPES, type ImageFormat } from './image-format.js';
import { readImageHeader } from './image-header.js';
import type { ImageLimits } from './image-limits.js';
import { writeThumbnail, type Thumbnail } from './write-thumbnail.js';

/** What an upload is, once every pixel of it has been read. */
export interface TakenIn {
  format: ImageFormat;
  mediaType: ArtifactRef['mediaType'];
  /** Pixels the right way up: EXIF orientation is applied. */
  width: number;
  height: number;
  thumbnail: Thumbnail;
}

/** From here on a decode takes more memory than all else in the process together. */
const LARGE_BYTES = 100_000_000;

/** One at a time: an interlaced 16-bit PNG of 49 megapixels takes 460 MB while it is decoded. */
const largeSlot = new PQueue({ concurrency: 1 });

/** Checks a picture against every limit, decodes all of it, and writes its thumbnail. Runs in the image process. */
export async function takeIn(
  sourcePath: string,
  thumbnailPath: string,
  side: number,
  limits: ImageLimits,
): Promise<TakenIn> {
  const header = await readImageHeader(sourcePath, limits);
  const write = (): Promise<Thumbnail> => writeThumbnail(sourcePath, header, thumbnailPath, side, limits);
  const thumbnail = await (header.bytesAtOnce > LARGE_BYTES ? largeSlot.add(write) : write());
  const { format, width, height } = header;
  return { format, mediaType: MEDIA_TYPES[format], width, height, thumbnail };
}
