import type { UploadResponse } from '@app/comfyui';
import { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { rm } from 'node:fs/promises';
import type { EngineParts } from '../engine-parts.js';
import { composeMask } from '../images/compose-mask.js';
import { isFileType, type EngineFolders } from '../storage/engine-folders.js';
import { storeUpload } from '../storage/store-upload.js';
import { MAX_BODY_BYTES } from './requests.js';

/** Fields are names and flags. */
const MAX_FIELD_BYTES = 64 * 1024;

/** POST /upload/image and /upload/mask. */
export function uploadRoutes({ folders, cache }: EngineParts): Router {
  const router = Router();
  const receive = receiveFile(folders);
  const place = { folders, cache };

  router.post('/upload/image', receive, async (request, response) => {
    await answerUpload(request, response, place, async () => undefined);
  });

  // The mask's transparency is put on the picture that `original_ref` names, and that is stored.
  router.post('/upload/mask', receive, async (request, response) => {
    await answerUpload(request, response, place, async (maskPath) => {
      const original = JSON.parse((request.body as Record<string, string>)['original_ref'] ?? '') as {
        filename?: string;
        subfolder?: string;
        type?: string;
      };
      const type = original.type ?? 'output';
      const path = isFileType(type)
        ? folders.resolve(type, original.subfolder ?? '', original.filename ?? '')
        : undefined;
      if (path === undefined) throw new Error('original_ref names no file');
      await composeMask(path, maskPath);
    });
  });

  return router;
}

/** Stores what was received, after `prepare` has worked on it, and answers with the name it got. */
async function answerUpload(
  request: Request,
  response: Response,
  { folders, cache }: Pick<EngineParts, 'folders' | 'cache'>,
  prepare: (path: string) => Promise<void>,
): Promise<void> {
  const { file } = request;
  const fields = (request.body ?? {}) as Record<string, string | undefined>;
  if (!file || file.originalname === '') {
    response.status(400).end();
    return;
  }
  try {
    const type = fields['type'] || 'input';
    if (!isFileType(type)) throw new Error('type names no folder');
    await prepare(file.path);
    const subfolder = fields['subfolder'] ?? '';
    const overwrite = fields['overwrite'] === 'true' || fields['overwrite'] === '1';
    const name = await storeUpload(file.path, {
      folders,
      type,
      subfolder,
      name: file.originalname,
      overwrite,
    });
    if (name === undefined) {
      response.status(400).end();
      return;
    }
    // Whoever replaces a file may do so to be rid of its pixels, which the results of nodes still hold.
    if (overwrite) cache.clear();
    response.json({ name, subfolder, type } satisfies UploadResponse);
  } finally {
    await rm(file.path, { force: true });
  }
}

/** Receives the field `image` into a file of the uploads folder. multer is loaded by the first upload. */
function receiveFile(folders: EngineFolders): RequestHandler {
  let handler: Promise<RequestHandler> | undefined;
  const load = async () => {
    const { default: multer } = await import('multer');
    return multer({
      dest: folders.uploads,
      preservePath: true,
      defParamCharset: 'utf8',
      limits: { fileSize: MAX_BODY_BYTES, files: 1, fields: 20, parts: 25, fieldSize: MAX_FIELD_BYTES },
    }).single('image');
  };
  return async (request: Request, response: Response, next: NextFunction) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      next(Object.assign(new Error('body too large'), { status: 413 }));
      return;
    }
    handler ??= load();
    (await handler)(request, response, (error: unknown) => {
      // A file under another field's name is, to a real server, no file at all.
      if ((error as { code?: string } | undefined)?.code === 'LIMIT_UNEXPECTED_FILE')
        response.status(400).end();
      else next(error);
    });
  };
}
