import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HOUR_MS = 60 * 60 * 1000;
/** A form takes minutes at most; a file that nobody has written to for so long belongs to a process that died. */
const STALE_MS = HOUR_MS;

/** How the file of an upload is called that may be interrupted: it stays while its sender is away. */
export const UPLOAD_SUFFIX = '.upload';
/** How long after its last byte. */
export const UPLOAD_KEPT_MS = 24 * HOUR_MS;
/** One that is known goes by `UploadsSweeper`, a little later than it expires; what is still here then nobody knows. */
export const UPLOAD_STALE_MS = UPLOAD_KEPT_MS + HOUR_MS;

/** The folder where photos lie while they come and are checked: makes it, and removes what killed processes left in it. */
export function prepareIncomingFolder(dataDir: string, now = Date.now()): string {
  const folder = join(dataDir, 'incoming');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Another API instance may take the same file away at this moment.
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    const keptMs = name.endsWith(UPLOAD_SUFFIX) ? UPLOAD_STALE_MS : STALE_MS;
    if (now - written > keptMs) rmSync(path, { force: true });
  }
  return folder;
}
