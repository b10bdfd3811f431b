import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { CliError } from '../cli-error.js';
import type { Photograph } from './photographs.js';

/**
 * Writes true black-and-white copies (JPEG, quality 92, one channel) and gives their paths in the same order.
 * The old prints are toned brown; left so, a colouring could not be told from the tone.
 */
export async function makeBlackAndWhite(photographs: readonly Photograph[], dir: string): Promise<string[]> {
  const missing = photographs.filter(({ file }) => !existsSync(file));
  if (missing.length > 0) {
    throw new CliError(
      `These photographs are not there: ${missing.map(({ file }) => file).join(', ')}. Install them with: npm ci`,
    );
  }
  await mkdir(dir, { recursive: true });
  return Promise.all(
    photographs.map(async ({ slug, file }) => {
      const path = join(dir, `${slug}.jpg`);
      await sharp(file).autoOrient().toColourspace('b-w').jpeg({ quality: 92 }).toFile(path);
      return path;
    }),
  );
}
