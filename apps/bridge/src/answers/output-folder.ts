import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EntryName } from '../entries/correlation.js';
import { isUserId } from '../entries/user-id.js';
import { ResultLost } from './result-picture.js';

/** Where the results of entries lie that name no user. */
const NO_USER = 'no-user';
/** Where files lie until they are whole; no user is named like this. What a bridge that died left there goes in time. */
const PARTS = '.parts';
const STALE_PART_MS = 60 * 60 * 1000;

/** Writes results where the users' programs look for them: `<folder>/<user>/<entry id>.jpg`. */
export class OutputFolder {
  private swept: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  /**
   * The file shows all of it or is not there, also after a power cut; one that is there is replaced. Resolves to its path.
   * @throws ResultLost where it may not lie there; errors of the file system may pass.
   */
  async write({ entryId, userId }: EntryName, jpeg: Buffer): Promise<string> {
    const name = userId ?? NO_USER;
    // The same care as where users are read, since this comes back from a broker.
    if (!isUserId(name)) throw new ResultLost('The user is no name for a folder.');
    await mkdir(this.folder, { recursive: true });
    const root = await realpath(this.folder);
    this.swept ??= removeStaleParts(join(root, PARTS));
    await this.swept;
    const folder = join(root, name);
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(folder)).isDirectory()) {
      throw new ResultLost(`${JSON.stringify(name)} in the folder of results is no folder.`);
    }
    await writeWhole(join(root, PARTS), folder, `${entryId}.jpg`, jpeg);
    return join(this.folder, name, `${entryId}.jpg`);
  }
}

/** Once a process: a bridge writes for seconds. */
async function removeStaleParts(parts: string): Promise<void> {
  await mkdir(parts, { recursive: true });
  for (const name of await readdir(parts)) {
    const part = join(parts, name);
    // Another bridge may be done with it meanwhile.
    const written = await stat(part).catch(() => undefined);
    if (written && Date.now() - written.mtimeMs > STALE_PART_MS) await rm(part, { force: true });
  }
}

async function writeWhole(parts: string, folder: string, name: string, bytes: Buffer): Promise<void> {
  const part = join(parts, randomUUID());
  try {
    const file = await open(
      part,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    );
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, join(folder, name));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
