import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** Nothing is loaded from anywhere else; pictures come from us, thumbnails are blobs of the page's own. */
const STRICT = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:', 'data:'],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
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
    const headers = request.path.startsWith('/docs') ? DOCS : STRICT;
    headers(request, response, next);
  });
  app.useStaticAssets(webDir, {
    index: 'index.html',
    setHeaders: (response: Response, path: string) => {
      // File names under assets/ carry a hash of their content; the page itself is asked for each time.
      const forever = path.includes('/assets/');
      response.setHeader('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
