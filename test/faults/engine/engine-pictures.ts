import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/**
 * The names of all pictures that an engine keeps in its folder. One of a single pixel is none: ComfyUI's protocol knows
 * no way to delete a file, so that is what is put in the place of one that is erased.
 */
export async function enginePictures(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.png'));
  const widths = await Promise.all(files.map(({ parentPath, name }) => widthOf(join(parentPath, name))));
  return files.filter((_, index) => widths[index]! > 1).map(({ name }) => name);
}

/** 0 for a file that was replaced at this moment. */
async function widthOf(path: string): Promise<number> {
  return sharp(path)
    .metadata()
    .then(
      ({ width }) => width,
      () => 0,
    );
}
