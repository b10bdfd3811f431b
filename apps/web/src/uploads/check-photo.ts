import type { PhotoProblem } from '../photo/photo.js';
import { MAX_PHOTO_BYTES } from '../photo/problem-sentence.js';

const startsWith = (bytes: Uint8Array, ...wanted: number[]) =>
  wanted.every((byte, index) => bytes[index] === byte);

/**
 * Looks at a file as soon as it was chosen: its first bytes (names lie) and its size. Answers what is wrong with it, or
 * null. The API looks again, and more closely.
 */
export async function checkPhoto(file: Blob): Promise<PhotoProblem | null> {
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  } catch {
    // A folder, a file that was moved meanwhile, a cloud file that is not on this device.
    return 'unreadable';
  }
  if (head.length === 0) return 'image_damaged';
  const text = String.fromCharCode(...head);
  if (text.slice(4, 8) === 'ftyp' && /^(heic|heix|hevc|heim|heis|mif1|msf1)/.test(text.slice(8)))
    return 'heic_photo';
  const jpeg = startsWith(head, 0xff, 0xd8, 0xff);
  const png = startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const bmp = text.startsWith('BM');
  if (!jpeg && !png && !bmp) return 'unsupported_format';
  return file.size > MAX_PHOTO_BYTES ? 'file_too_large' : null;
}
