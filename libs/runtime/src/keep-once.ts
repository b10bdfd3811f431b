import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What lies in a file that is made once; `isMade` where this call made it. */
export interface Kept {
  content: Buffer;
  isMade: boolean;
}

/**
 * Reads a small file, such as a key; where there is none, makes it with what `make` returns, readable by this user only.
 * The file is whole as soon as it has its name, and of several processes that start together the first one wins: all of
 * them read the same.
 * @throws the errno error of a folder that cannot be read or written.
 */
export function keepOnce(path: string, make: () => string | Buffer): Kept {
  const kept = read(path);
  if (kept !== undefined) return { content: kept, isMade: false };
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, make(), { mode: 0o600, flag: 'wx' });
  let isMade = true;
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    isMade = false;
  } finally {
    rmSync(own, { force: true });
  }
  return { content: readFileSync(path), isMade };
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
