import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Upload } from '../multipart/upload.js';
import { ProblemException } from '../problems/problem.exception.js';
import { RequestValidation } from '../problems/validation.pipe.js';
import { formFieldsOf } from '../tasks/json-fields.js';
import type { JsonTaskDto } from '../tasks/json-task.dto.js';
import { PhotoByUrlDto } from './photo-by-url.dto.js';
import { PhotoUrls } from './photo-urls.js';

/** Reads a JSON body that names a photo by its address as if it were a form with the photo in it. */
@Injectable()
export class PhotoByUrl {
  private readonly validation = new RequestValidation();

  constructor(private readonly urls: PhotoUrls) {}

  /**
   * The photo is in a file that the caller has to remove; after a failure there is none. It is not fetched on where the
   * caller goes away.
   * @throws ProblemException `invalid_request`, and as `PhotoUrls.fetch` does.
   */
  async read(request: Request, response: Response): Promise<Upload> {
    const body: unknown = request.body;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new ProblemException('invalid_request', {}, { errors: [{ pointer: '', text: 'object' }] });
    }
    const metadata = { type: 'body', metatype: PhotoByUrlDto } as const;
    const asked = (await this.validation.transform(body, metadata)) as PhotoByUrlDto;
    const fields = formFieldsOf(withoutAlias(asked));
    const gone = new AbortController();
    const leave = () => gone.abort();
    response.once('close', leave);
    try {
      return { photo: await this.urls.fetch(asked.image_url, gone.signal), fields };
    } finally {
      response.off('close', leave);
    }
  }
}

/** @throws ProblemException where the parameters stand there under both of their names. */
function withoutAlias({ params, parameters, ...rest }: PhotoByUrlDto): JsonTaskDto {
  if (params && parameters) {
    const errors = [{ pointer: '/parameters', text: 'duplicate' }] as const;
    throw new ProblemException('invalid_request', {}, { errors });
  }
  const values = params ?? parameters;
  return { ...rest, ...(values && { params: values }) };
}
