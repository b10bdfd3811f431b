import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BYTES = 32;

/**
 * The key that cursors are signed with. It lies in the data folder, which every API instance of an installation shares
 * already for the photos, so that a list begun at one goes on at another. Losing it costs an open list its place.
 */
export function readCursorKey(dataDir: string): Buffer {
  const path = join(dataDir, 'cursor.key');
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true });
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, randomBytes(BYTES), { mode: 0o600, flag: 'wx' });
  try {
    // The first of several instances that start together wins; the file is complete as soon as it has its name.
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(path);
}
