import { Router, type Response } from 'express';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { EngineParts } from '../engine-parts.js';
import { renderChannel, renderPreview } from '../images/render-view.js';
import { parseAnnotatedName } from '../storage/annotated-name.js';
import { isFileType } from '../storage/engine-folders.js';

/** A browser would run these; they go out as plain bytes. */
const ACTIVE_CONTENT = /\.(x?html?|xht|svgz?|xml|m?js|css)$/i;

/** GET /view: a file of one of the folders, as it is or as a preview. */
export function viewRoutes({ folders }: EngineParts): Router {
  const router = Router();

  router.get('/view', async (request, response) => {
    const query = request.query as Record<string, string | undefined>;
    if (query['filename'] === undefined) {
      response.status(404).end();
      return;
    }
    const annotated = parseAnnotatedName(query['filename']);
    const type = annotated.type ?? query['type'] ?? 'output';
    const leadsOut = annotated.name.startsWith('/') || annotated.name.includes('..');
    if (annotated.name === '' || leadsOut || !isFileType(type)) {
      response.status(400).end();
      return;
    }
    const folder = folders.resolve(type, query['subfolder'] ?? '');
    if (folder === undefined) {
      response.status(403).end();
      return;
    }
    // Folders in the name are dropped, as on a real server: they belong into `subfolder`.
    const name = basename(annotated.name);
    const path = folders.resolve(type, query['subfolder'] ?? '', name);
    if (path === undefined || !(await isFile(path))) {
      response.status(404).end();
      return;
    }
    response.set('Content-Disposition', disposition(name)).set('X-Content-Type-Options', 'nosniff');
    if (query['preview'] !== undefined) sendPicture(response, await renderPreview(path, query['preview']));
    else if (query['channel'] === 'rgb' || query['channel'] === 'a') {
      sendPicture(response, await renderChannel(path, query['channel']));
    } else {
      if (ACTIVE_CONTENT.test(name)) response.type('application/octet-stream');
      response.sendFile(path, { cacheControl: false, dotfiles: 'allow' });
    }
  });

  return router;
}

function sendPicture(response: Response, picture: { mediaType: string; data: Buffer }): void {
  response.type(picture.mediaType).send(picture.data);
}

/** A header holds ASCII only; other names go percent-encoded (RFC 6266). */
function disposition(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name) && !/["\\]/.test(name)) return `filename="${name}"`;
  return `filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
