import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** A folder of its own for one test file. */
export class PictureFolder {
  private constructor(readonly path: string) {}

  static async create(): Promise<PictureFolder> {
    return new PictureFolder(await mkdtemp(join(tmpdir(), 'photo-repair-imaging-')));
  }

  /** Stores a file and gives its path. */
  async put(name: string, data: Buffer | string): Promise<string> {
    const path = join(this.path, name);
    await writeFile(path, data);
    return path;
  }

  async names(): Promise<string[]> {
    return (await readdir(this.path)).sort();
  }

  /** Removes what a killed program left half written. */
  async removeParts(): Promise<void> {
    const parts = (await this.names()).filter((name) => name.endsWith('.part'));
    await Promise.all(parts.map((name) => rm(join(this.path, name))));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

/** The pixels of a PNG as [red, green, blue] in reading order, however it is stored. */
export async function pixelsOf(path: string): Promise<number[][]> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.width * info.height }, (_, index) => [
    ...data.subarray(index * info.channels, (index + 1) * info.channels),
  ]);
}
