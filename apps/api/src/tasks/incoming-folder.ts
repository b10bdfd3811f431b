import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** An upload takes minutes at most; a file that nobody has written to for so long belongs to a process that died. */
const STALE_MS = 60 * 60 * 1000;

/** The folder where uploads lie while they are checked: makes it, and removes what killed processes left in it. */
export function prepareIncomingFolder(dataDir: string, now = Date.now()): string {
  const folder = join(dataDir, 'incoming');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Another API instance may take the same file away at this moment.
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - written > STALE_MS) rmSync(path, { force: true });
  }
  return folder;
}
