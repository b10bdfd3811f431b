import type { ArtifactRef } from '@app/contracts';
import { ImageError } from './image.errors.js';
import { nameFileKind, isText } from './file-kind.js';

/** The formats that we take in, recognised by their first bytes and never by a name or a declared type. */
export type ImageFormat = 'jpeg' | 'png' | 'bmp';

export const MEDIA_TYPES: Readonly<Record<ImageFormat, ArtifactRef['mediaType']>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
};

/**
 * Tells the format from the start of a file, and refuses every other kind with what it looks like.
 * A known start with garbage behind it passes here and is refused as damaged by its decoder.
 */
export async function detectFormat(head: Buffer): Promise<ImageFormat> {
  if (head[0] === 0xff && head[1] === 0xd8) return 'jpeg';
  if (head.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))) return 'png';
  // "BM" also begins ordinary words; a bitmap has control bytes in its header, a text has none.
  if (head.toString('latin1', 0, 2) === 'BM' && !isText(head)) return 'bmp';
  const kind = await nameFileKind(head);
  const message = `We can read JPEG, PNG and BMP photos; this looks like ${kind.phrase}.`;
  throw new ImageError('unsupported_format', message, { detected: kind.detected });
}
