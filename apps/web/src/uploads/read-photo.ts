import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { imageSize } from 'image-size';
import { checkPhoto } from './check-photo.js';
import { checkPicture } from './check-picture.js';
import type { CheckedPhoto, PhotoReading, ReadingWanted } from './photo-reading.js';

// A worker of its own: reading, hashing and decoding hundreds of photos would freeze the page.

/** The size of a picture is within its first bytes, behind what cameras and scanners write before it. */
const HEAD_BYTES = 512 * 1024;
/** The longer side: sharp on the cards of a phone and of a desktop. About 20 kB as JPEG. */
const THUMBNAIL_SIDE = 480;

/**
 * One for all small pictures, which are made one after another: hundreds of canvases would be hundreds of megabytes until
 * somebody collects them. In memory, since what is drawn is read at once.
 */
let canvas: OffscreenCanvas | undefined;

self.addEventListener('message', ({ data }: MessageEvent<ReadingWanted>) => {
  const reading = data.want === 'check' ? check(data.file) : makeThumbnail(data.file);
  void reading.then((answer: PhotoReading) => self.postMessage(answer));
});

async function check(file: Blob): Promise<CheckedPhoto> {
  try {
    const hash = sha256.create();
    const reader = file.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) hash.update(part.value);
    const problem = (await checkPhoto(file)) ?? (await checkSize(file));
    return { problem, sha256: bytesToHex(hash.digest()) };
  } catch {
    // Moved or changed since it was chosen, or a cloud file that is not on this device.
    return { problem: 'unreadable', sha256: null };
  }
}

/** From the header alone, nothing is decoded. One that cannot be read is for the API to judge. */
async function checkSize(file: Blob): Promise<CheckedPhoto['problem']> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  try {
    const { width, height } = imageSize(head);
    return checkPicture(width, Math.abs(height));
  } catch {
    return null;
  }
}

/** The right way up: browsers turn a picture as its EXIF says before they scale it. */
async function makeThumbnail(file: Blob): Promise<Blob | null> {
  // Safari has none before 16.4.
  if (!('OffscreenCanvas' in self)) return null;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { resizeWidth: THUMBNAIL_SIDE, resizeQuality: 'medium' });
  } catch {
    return null;
  }
  const scale = Math.min(1, THUMBNAIL_SIDE / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale].map((side) =>
    Math.max(1, Math.round(side)),
  );
  canvas ??= new OffscreenCanvas(1, 1);
  [canvas.width, canvas.height] = [width!, height!];
  canvas.getContext('2d', { willReadFrequently: true })!.drawImage(bitmap, 0, 0, width!, height!);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}
