import {
  createParamDecorator,
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { rm } from 'node:fs/promises';
import { finalize, from, switchMap, type Observable } from 'rxjs';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { admitForm } from '../multipart/admit-form.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { readClaim } from '../resumable/claimed-upload.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { AlbumUploadReader, tooLarge } from './album-upload-reader.js';
import type { AlbumUpload, SentPhoto } from './album-upload.js';

/** So many photos of the largest size are two gigabytes for a moment; whoever has more sends another request. */
export const MOST_PHOTOS = 100;
/** The other fields of a form, the headers of its parts, and what is between them. */
const FORM_BYTES = 256 * 1024;

const uploads = new WeakMap<Request, AlbumUpload>();

/**
 * Reads the multipart form of a route that takes many photos, after its guards have let the caller pass, or a JSON body
 * that says which upload the photo is. The fields become `request.body`, and `@Photos()` gives the photos; their temporary files are gone when the route has ended.
 */
@Injectable()
export class AlbumPhotosUpload implements NestInterceptor {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(INCOMING_FOLDER) private readonly folder: string,
  ) {}

  /** @throws ProblemException for what cannot be read as a form with photos in it; nothing of it is kept. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    return from(this.read(request, response)).pipe(
      switchMap(({ photos }) => next.handle().pipe(finalize(() => void removeAll(photos)))),
    );
  }

  private async read(request: Request, response: Response): Promise<AlbumUpload> {
    const isJson = request.is('application/json') === 'application/json';
    const upload = await (isJson ? readOne(request) : this.readForm(request, response));
    request.body = {
      ...upload.fields,
      ...(upload.clientRefs.length > 0 && { client_ref: upload.clientRefs }),
    };
    uploads.set(request, upload);
    return upload;
  }

  private async readForm(request: Request, response: Response): Promise<AlbumUpload> {
    const { maxUploadBytes: maxPhotoBytes, uploadIdleMs: idleMs } = this.env;
    const maxBytes = MOST_PHOTOS * maxPhotoBytes + FORM_BYTES;
    admitForm(request, response, { maxBytes, tooLong: () => tooLarge(maxBytes) });
    const limits = { folder: this.folder, maxPhotoBytes, maxPhotos: MOST_PHOTOS, maxBytes, idleMs };
    return new AlbumUploadReader(limits).read(request);
  }
}

async function readOne(request: Request): Promise<AlbumUpload> {
  const { photo, fields } = await readClaim(request.body);
  const { client_ref: clientRef, ...others } = fields;
  return { photos: [photo], clientRefs: clientRef === undefined ? [] : [clientRef], fields: others };
}

async function removeAll(photos: readonly SentPhoto[]): Promise<void> {
  const kept = photos.filter((photo): photo is UploadedPhoto => 'path' in photo);
  await Promise.allSettled(kept.map(({ path }) => rm(path, { force: true })));
}

/** The photos of a route that `AlbumPhotosUpload` has read, in the order in which they were sent. */
export const Photos = createParamDecorator((_data: unknown, context: ExecutionContext): SentPhoto[] => {
  const upload = uploads.get(context.switchToHttp().getRequest<Request>());
  if (upload === undefined)
    throw new Error('A route asks for photos without the interceptor AlbumPhotosUpload.');
  return upload.photos;
});
