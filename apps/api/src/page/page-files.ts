import { existsSync } from 'node:fs';
import sirv, { type RequestHandler } from 'sirv';

/**
 * Answers with the files of the page, packed by the build as the browser takes them (Brotli or gzip): a phone on a slow
 * line loads a third. Read once: a build replaces the whole app. Without a built page there are none.
 */
export function pageFiles(webDir: string): RequestHandler {
  if (!existsSync(webDir)) return (_request, _response, next) => void next?.();
  return sirv(webDir, {
    etag: true,
    brotli: true,
    gzip: true,
    extensions: [],
    setHeaders: (response, path) => {
      // File names under assets/ carry a hash of their content; the others are asked for each time.
      const forever = path.startsWith('/assets/');
      response.setHeader('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
