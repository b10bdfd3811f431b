import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageFiles } from './page-files.js';
import { pageWithNonce } from './page-with-nonce.js';

/** Under which the page's own style elements are let in, another one with every answer. */
function styleNonce(_: IncomingMessage, response: ServerResponse): string {
  return `'nonce-${(response as Response).locals['styleNonce'] as string}'`;
}

/** Nothing is loaded from anywhere else; pictures come from us, thumbnails are blobs of the page's own. */
const STRICT = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      workerSrc: ["'self'"],
      styleSrc: ["'self'", styleNonce],
      imgSrc: ["'self'", 'blob:', 'data:'],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // We answer plain HTTP on loopback by default; whoever puts TLS in front sets this there.
  strictTransportSecurity: false,
});

/** The API documentation page carries inline script and style of its own. */
const DOCS = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", "'unsafe-inline'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
});

/** Serves the built page at `/`, with security headers on every answer of the app. */
export function servePage(app: NestExpressApplication, webDir: string): void {
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.locals['styleNonce'] = randomBytes(16).toString('base64url');
    const headers = request.path.startsWith('/docs') ? DOCS : STRICT;
    headers(request, response, next);
  });
  const page = pageWithNonce(webDir);
  const files = pageFiles(webDir);
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') next();
    else if (isPage(request.path)) page(response);
    else files(request, response, next);
  });
}

/** In every spelling under which the file would be found: as it was built it is not the page yet. */
function isPage(path: string): boolean {
  const spelled = path.replaceAll(/%([2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return spelled === '/' || spelled.toLowerCase() === '/index.html';
}
