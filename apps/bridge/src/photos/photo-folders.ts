import { constants, type Stats } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import { EntryRefused } from '../entries/entry.errors.js';

/** Linux's own limit (limits.h). */
const LONGEST_PATH_BYTES = 4095;

/** Reading only, never through a link in the last place, and without waiting for the other end of a FIFO. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What the system says of a path that leads to no file which may be read: no repetition helps. */
const NO_SUCH_FILE = [
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EACCES',
  'EPERM',
  'EISDIR',
  'ENXIO',
  'EINVAL',
];

/** A photo that was opened, and is the file that it was taken for. */
export interface OpenPhoto {
  file: FileHandle;
  bytes: number;
}

/**
 * Opens photos that others name by a path. Only plain files below the given folders: the path has to lie there as it is
 * written, as its links lead, and, which alone is free of races, as the system says of the file once it is open.
 */
export class PhotoFolders {
  /** @param folders absolute; links in them are followed. Empty: every path is refused. */
  constructor(private readonly folders: readonly string[]) {}

  /**
   * The caller closes the file. @throws EntryRefused for what may not be opened or is not there; other errors are those of
   * the system and may pass, a folder that is not there among them (a disk that is not mounted).
   */
  async open(path: string): Promise<OpenPhoto> {
    this.checkWritten(path);
    const roots = await Promise.all(this.folders.map((folder) => realpath(folder)));
    const real = await realpath(path).catch(refuseAbsent);
    if (!isBelow(roots, real)) throw outside();
    const file = await open(real, READ_ONLY).catch(refuseAbsent);
    try {
      const found = await file.stat();
      if (!found.isFile())
        throw new EntryRefused('forbidden', `image_path names ${kindOf(found)}, not a file.`);
      if (!isBelow(roots, await readlink(`/proc/self/fd/${file.fd}`))) throw outside();
      return { file, bytes: found.size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Before the file system is asked anything. */
  private checkWritten(path: string): void {
    if (this.folders.length === 0) {
      throw new EntryRefused(
        'forbidden',
        'image_path is not taken here: no folder is open to it (BRIDGE_IMAGE_DIRS).',
      );
    }
    if (path.includes('\0')) throw new EntryRefused('malformed', 'image_path holds a NUL character.');
    if (!isAbsolute(path)) throw new EntryRefused('forbidden', 'image_path has to be an absolute path.');
    if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) {
      throw new EntryRefused('malformed', 'image_path is longer than a path can be.');
    }
    if (path.split('/').includes('..')) throw new EntryRefused('forbidden', 'image_path may not hold "..".');
    // A link that leads into a folder from elsewhere is not ours to follow.
    if (!isBelow(this.folders, path.replace(/\/+/g, '/'))) throw outside();
  }
}

/** Whether a path lies below one of the folders (which themselves do not count). */
function isBelow(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));
}

/** Says the same whether there is a file or not: nobody shall find out what lies elsewhere. */
function outside(): EntryRefused {
  return new EntryRefused('forbidden', 'image_path is not in a folder that photos are taken from.');
}

function refuseAbsent(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!NO_SUCH_FILE.includes(code)) throw error;
  throw new EntryRefused('not_found', 'There is no file at image_path, or it may not be read.');
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  return found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
}
