import { keepOnce } from '@app/runtime';
import { hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';

const BYTES = 32;

/**
 * The key that cursors are signed with, so that a list begun at one API instance goes on at another. It comes from the
 * secret of the installation, else from the data folder, which instances share then. Losing it costs an open list its place.
 */
export function readCursorKey(dataDir: string, installationSecret?: string): Buffer {
  if (installationSecret !== undefined) {
    return Buffer.from(hkdfSync('sha256', installationSecret, '', 'photo-repair cursors', BYTES));
  }
  return keepOnce(join(dataDir, 'cursor.key'), () => randomBytes(BYTES)).content;
}
