import { keepOnce } from '@app/runtime';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

const BYTES = 32;

/**
 * The key that cursors are signed with. It lies in the data folder, which every API instance of an installation shares
 * already for the photos, so that a list begun at one goes on at another. Losing it costs an open list its place.
 */
export function readCursorKey(dataDir: string): Buffer {
  return keepOnce(join(dataDir, 'cursor.key'), () => randomBytes(BYTES)).content;
}
