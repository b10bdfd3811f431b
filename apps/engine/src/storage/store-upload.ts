import type { FileType } from '@app/comfyui';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { EngineFolders } from './engine-folders.js';
import { fileDigest } from './file-digest.js';

/** Where an upload should go. */
export interface UploadTarget {
  folders: EngineFolders;
  type: FileType;
  subfolder: string;
  name: string;
  /** Replace a file of that name instead of finding another name. */
  overwrite: boolean;
}

/**
 * Moves a received file to its place and gives the name it has there: the same name if that is free or holds the
 * same bytes, otherwise the first free of `name (1).png`, `name (2).png` and so on. Undefined if the names lead
 * out of the folder. A leading slash of the name is dropped.
 *
 * @throws if the name contains a folder that is not there, or is more than the file system takes.
 */
export function storeUpload(receivedPath: string, target: UploadTarget): Promise<string | undefined> {
  // One after the other: two could find one name free.
  return target.folders.changing.runExclusive(() => store(receivedPath, target));
}

async function store(receivedPath: string, target: UploadTarget): Promise<string | undefined> {
  const { folders, type, subfolder, overwrite } = target;
  const wanted = target.name.replace(/^\/+/, '');
  const folder = folders.resolve(type, subfolder);
  if (folder === undefined || folders.resolve(type, subfolder, wanted) === undefined) return undefined;
  await mkdir(folder, { recursive: true });

  const extension = extname(wanted);
  const stem = basename(wanted) === extension ? wanted : wanted.slice(0, wanted.length - extension.length);
  for (let copy = 0; ; copy++) {
    const name = copy === 0 ? wanted : `${stem} (${copy})${extension}`;
    const path = join(folder, name);
    if (overwrite || !(await exists(path))) {
      await rename(receivedPath, path);
      return name;
    }
    if (await haveSameBytes(path, receivedPath)) {
      await rm(receivedPath, { force: true });
      // Wanted again, so its time begins anew (see `OldFiles`).
      const now = new Date();
      await utimes(path, now, now);
      return name;
    }
  }
}

async function haveSameBytes(a: string, b: string): Promise<boolean> {
  if ((await stat(a)).size !== (await stat(b)).size) return false;
  return (await fileDigest(a)) === (await fileDigest(b));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
