import { writeFile } from 'node:fs/promises';
import { loadSharp } from './sharp.js';

/**
 * Gives the original picture the transparency of the mask, and writes that as PNG over the mask.
 *
 * @throws if either is no picture, the mask has no transparency, or their sizes differ.
 */
export async function composeMask(originalPath: string, maskPath: string): Promise<void> {
  const sharp = await loadSharp();
  const mask = sharp(maskPath);
  const { width, height, hasAlpha } = await mask.metadata();
  const original = sharp(originalPath);
  const size = await original.metadata();
  if (!hasAlpha || width !== size.width || height !== size.height) throw new Error('the mask does not fit');
  const alpha = await mask.extractChannel('alpha').raw().toBuffer();
  // In two steps: within one, sharp would take the old transparency off after the new one was joined.
  const colours = await original.removeAlpha().toColourspace('srgb').raw().toBuffer();
  const png = await sharp(colours, { raw: { width, height, channels: 3 } })
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 4 })
    .toBuffer();
  await writeFile(maskPath, png);
}
