import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiParam, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../problems/api-problems.decorator.js';

const TEXT = { schema: { type: 'string' } } as const;
const WHOLE = { schema: { type: 'integer', minimum: 0 } } as const;

const TUS_RESUMABLE = { 'Tus-Resumable': { description: '`1.0.0`.', ...TEXT } };
const OFFSET = { 'Upload-Offset': { description: 'How many bytes have arrived.', ...WHOLE } };
const EXPIRES = {
  'Upload-Expires': { description: 'When it is removed unless more of it comes.', ...TEXT },
};

/** What every request but OPTIONS says. */
function speaksTus() {
  return ApiHeader({ name: 'Tus-Resumable', required: true, schema: { type: 'string', enum: ['1.0.0'] } });
}

function aboutOne() {
  return applyDecorators(speaksTus(), ApiParam({ name: 'id', format: 'uuid' }));
}

function bytes(required: boolean) {
  return applyDecorators(
    ApiConsumes('application/offset+octet-stream'),
    ApiBody({ required, schema: { type: 'string', format: 'binary' } }),
  );
}

/** Documents `OPTIONS /v1/uploads`. */
export function ApiTusOptions(): MethodDecorator {
  return ApiResponse({
    status: 204,
    description: 'What of tus is offered.',
    headers: {
      ...TUS_RESUMABLE,
      'Tus-Version': { description: 'The versions that are spoken.', ...TEXT },
      'Tus-Extension': { description: 'The extensions that are offered.', ...TEXT },
      'Tus-Max-Size': { description: 'How many bytes a photo may have.', ...WHOLE },
    },
  });
}

/** Documents `POST /v1/uploads`. */
export function ApiBeginUpload(): MethodDecorator {
  return applyDecorators(
    speaksTus(),
    ApiHeader({
      name: 'Upload-Length',
      required: true,
      description: 'How many bytes the photo has.',
      schema: { type: 'integer', minimum: 1 },
    }),
    ApiHeader({
      name: 'Upload-Metadata',
      required: true,
      description:
        '`filename` and the name of the photo in base64 (UTF-8); `filetype` and others are not looked at.',
      schema: { type: 'string', maxLength: 4096, example: 'filename 5aW25aW2LmpwZw==' },
    }),
    bytes(false),
    ApiResponse({
      status: 201,
      description: 'It has begun.',
      headers: {
        ...TUS_RESUMABLE,
        ...EXPIRES,
        ...OFFSET,
        Location: { description: 'The path of the upload; it ends with its id.', ...TEXT },
      },
    }),
    ApiProblems(
      'invalid_request',
      'unauthorized',
      'read_only_link',
      'foreign_site',
      'file_too_large',
      'request_too_large',
      'quota_exceeded',
      'rate_limited',
      'intake_paused',
      'storage_full',
      'storage_unavailable',
      'database_unavailable',
    ),
  );
}

/** Documents `HEAD /v1/uploads/:id`. */
export function ApiAskUpload(): MethodDecorator {
  return applyDecorators(
    aboutOne(),
    ApiResponse({
      status: 200,
      description: 'It is there.',
      headers: {
        ...TUS_RESUMABLE,
        ...OFFSET,
        'Upload-Length': { description: 'How many bytes it has in all.', ...WHOLE },
        'Upload-Metadata': { description: 'As it was sent.', ...TEXT },
      },
    }),
    ApiProblems('invalid_request', 'not_found', 'rate_limited'),
  );
}

/** Documents `PATCH /v1/uploads/:id`. */
export function ApiContinueUpload(): MethodDecorator {
  return applyDecorators(
    aboutOne(),
    ApiHeader({
      name: 'Upload-Offset',
      required: true,
      description: 'Where these bytes belong: as many as have arrived.',
      schema: { type: 'integer', minimum: 0 },
    }),
    bytes(true),
    ApiResponse({
      status: 204,
      description: 'They have arrived, up to `Upload-Offset`.',
      headers: { ...TUS_RESUMABLE, ...OFFSET, ...EXPIRES },
    }),
    ApiProblems(
      'invalid_request',
      'foreign_site',
      'not_found',
      'not_ready',
      'request_too_large',
      'unsupported_content_encoding',
      'rate_limited',
      'storage_full',
      'storage_unavailable',
      'database_unavailable',
    ),
  );
}

/** Documents `DELETE /v1/uploads/:id`. */
export function ApiEndUpload(): MethodDecorator {
  return applyDecorators(
    aboutOne(),
    ApiResponse({ status: 204, description: 'There is nothing of it any more.', headers: TUS_RESUMABLE }),
    ApiProblems('invalid_request', 'foreign_site', 'not_found', 'rate_limited'),
  );
}
