import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { CliError } from '../cli-error.js';

const PHOTO = /\.(jpe?g|png|bmp)$/i;

/**
 * The photos that the arguments name: files as they are (the API judges them), of folders the jpg, png and bmp
 * files directly in them, by name. The same file is taken once.
 * @throws CliError naming every argument that is wrong.
 */
export function listPhotos(args: readonly string[]): string[] {
  const missing = args.filter((path) => !existsSync(path));
  if (missing.length > 0)
    throw new CliError(missing.map((path) => `There is no file or folder ${path}.`).join('\n'));
  const odd = args.filter((path) => !statSync(path).isFile() && !statSync(path).isDirectory());
  if (odd.length > 0) throw new CliError(odd.map((path) => `${path} is no file and no folder.`).join('\n'));
  const photos = args.flatMap((path) => (statSync(path).isDirectory() ? photosIn(path) : [path]));
  return [...new Set(photos)];
}

function photosIn(dir: string): string[] {
  const photos = readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && PHOTO.test(entry.name))
    .map((entry) => join(dir, entry.name))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  if (photos.length === 0) throw new CliError(`The folder ${dir} holds no jpg, png or bmp file.`);
  return photos;
}

/**
 * Chooses where each result goes: `<name>_restored.png` in `dir`. Two photos with one name, and files that are
 * there already (unless `overwrite`), get a number: `<name>_restored-2.png`.
 */
export class ResultNames {
  private readonly given = new Set<string>();

  constructor(
    private readonly dir: string,
    private readonly overwrite: boolean,
  ) {}

  next(photo: string): string {
    const stem = `${basename(photo, extname(photo))}_restored`;
    for (let number = 1; ; number++) {
      const path = join(this.dir, `${stem}${number === 1 ? '' : `-${number}`}.png`);
      // Lower case, because Windows and macOS take A.png and a.png for the same file.
      const key = path.toLowerCase();
      if (this.given.has(key) || (!this.overwrite && existsSync(path))) continue;
      this.given.add(key);
      return path;
    }
  }
}
