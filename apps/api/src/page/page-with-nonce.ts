import type { Response } from 'express';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the build leaves in the page for the nonce of its style elements. */
const PLACE = '%STYLE_NONCE%';

/** Answers with the page, the nonce of this answer's Content-Security-Policy in it. Read once: a build replaces the whole app. */
export function pageWithNonce(webDir: string): (response: Response) => void {
  const file = join(webDir, 'index.html');
  const page = existsSync(file) ? readFileSync(file, 'utf8') : null;
  return (response) => {
    if (page === null) {
      response.status(404).type('text/plain').send('The page is not built.');
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.type('html').send(page.replace(PLACE, response.locals['styleNonce'] as string));
  };
}
