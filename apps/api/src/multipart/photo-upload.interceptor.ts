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
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { PhotoByUrl } from '../photo-urls/photo-by-url.js';
import { ProblemException } from '../problems/problem.exception.js';
import { isClaimed, readClaim, type ClaimedUpload } from '../resumable/claimed-upload.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { admitForm } from './admit-form.js';
import type { Upload, UploadedPhoto } from './upload.js';
import { PHOTO_FIELD, UploadReader } from './upload-reader.js';

/** The other fields of a form, and what is between them. */
const FORM_BYTES = 64 * 1024;

/** A photo in a temporary file, or one of the uploads. */
export type RequestedPhoto = UploadedPhoto | ClaimedUpload;

const uploads = new WeakMap<Request, Upload<RequestedPhoto>>();

/**
 * Reads the multipart form of a route after its guards have let the caller pass, or a JSON body that says where the photo
 * is (`image_url`, `upload_id`). The fields become `request.body`, and `@Photo()` gives the photo; its temporary file is gone when the route has
 * ended.
 */
@Injectable()
export class PhotoUpload implements NestInterceptor {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(INCOMING_FOLDER) private readonly folder: string,
    private readonly byUrl: PhotoByUrl,
  ) {}

  /** @throws ProblemException for what cannot be read, or holds or names no photo; nothing of it is kept. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    return from(this.run(request, response, next));
  }

  /** The file is gone before the answer is there: nobody who has been answered still takes space. */
  private async run(request: Request, response: Response, next: CallHandler): Promise<unknown> {
    const { photo } = await this.read(request, response);
    try {
      return await lastValueFrom(next.handle(), { defaultValue: undefined });
    } finally {
      if (!isClaimed(photo)) await rm(photo.path, { force: true });
    }
  }

  private async read(request: Request, response: Response): Promise<Upload<RequestedPhoto>> {
    const isJson = request.is('application/json') === 'application/json';
    const upload = await (isJson ? this.readJson(request, response) : this.readForm(request, response));
    request.body = upload.fields;
    uploads.set(request, upload);
    return upload;
  }

  private async readJson(request: Request, response: Response): Promise<Upload<RequestedPhoto>> {
    const body: unknown = request.body;
    const isClaim = typeof body === 'object' && body !== null && 'upload_id' in body;
    return isClaim ? readClaim(body) : this.byUrl.read(request, response);
  }

  private async readForm(request: Request, response: Response): Promise<Upload> {
    const { maxUploadBytes: maxPhotoBytes, uploadIdleMs: idleMs } = this.env;
    const tooLong = () => new ProblemException('file_too_large', { limit: maxPhotoBytes });
    admitForm(request, response, { maxBytes: maxPhotoBytes + FORM_BYTES, tooLong });
    const reader = new UploadReader({ folder: this.folder, idleMs }, { [PHOTO_FIELD]: maxPhotoBytes });
    const { files, fields } = await reader.read(request);
    const photo = files[PHOTO_FIELD];
    if (photo === undefined) throw new ProblemException('no_files');
    return { photo, fields };
  }
}

/** The photo of a route that `PhotoUpload` has read. */
export const Photo = createParamDecorator((_data: unknown, context: ExecutionContext): RequestedPhoto => {
  const upload = uploads.get(context.switchToHttp().getRequest<Request>());
  if (upload === undefined) throw new Error('A route asks for a photo without the interceptor PhotoUpload.');
  return upload.photo;
});
