import { hkdfSync } from 'node:crypto';
import { readCursorKey } from '../paging/cursor-key.js';

/**
 * The key of result links, derived (HKDF, RFC 5869) from the one that the API instances of an installation share already
 * in their data folder, so that a link made by one works at another. Losing it ends the links that are out.
 */
export function readDownloadKey(dataDir: string, installationSecret?: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', readCursorKey(dataDir, installationSecret), '', 'photo-repair downloads', 32),
  );
}
