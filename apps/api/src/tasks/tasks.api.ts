import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ALSO_JSON } from '../docs/complete-document.js';
import { PhotoByUrlDto } from '../photo-urls/photo-by-url.dto.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ClaimDto } from '../resumable/claim.dto.js';
import { ApiTaskId } from './api-task-id.decorator.js';
import { CreateTaskDto } from './create-task.dto.js';
import { EXAMPLE_DONE_TASK, EXAMPLE_TASK } from './example-task.js';
import { TaskDto, TaskPageDto } from './task.dto.js';
import { TimelineDto } from './timeline.dto.js';

const TEXT_HEADER = { schema: { type: 'string' } } as const;

const PREFER = {
  name: 'Prefer',
  required: false,
  description:
    '`wait=20` lets the answer wait up to so many seconds (60 at most) for the end of the task (RFC 7240).',
  schema: { type: 'string' },
} as const;

/** The answers of a route that shows a task. */
function taskAnswer(status: number, description: string, example: unknown, headers = {}) {
  return ApiResponse({
    status,
    description,
    headers,
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(TaskDto) },
        examples: { task: { value: example } },
      },
    },
  });
}

/** Documents `POST /v1/tasks`. */
export function ApiCreateTask(): MethodDecorator {
  const headers = {
    Location: { description: 'The path of the task.', ...TEXT_HEADER },
    'Retry-After': {
      description: 'Seconds after which it makes sense to ask again.',
      schema: { type: 'integer' },
    },
    'Idempotent-Replayed': {
      description: 'true where the task was there already; absent otherwise.',
      schema: { type: 'string', enum: ['true'] },
    },
    'Preference-Applied': { description: 'The wait that was heeded.', ...TEXT_HEADER },
  };
  return applyDecorators(
    ApiExtraModels(TaskDto, CreateTaskDto, PhotoByUrlDto, ClaimDto),
    ApiConsumes('multipart/form-data'),
    ApiExtension(ALSO_JSON, {
      oneOf: [{ $ref: getSchemaPath(PhotoByUrlDto) }, { $ref: getSchemaPath(ClaimDto) }],
    }),
    ApiBody({
      schema: {
        allOf: [
          { $ref: getSchemaPath(CreateTaskDto) },
          {
            type: 'object',
            required: ['image'],
            properties: {
              image: { type: 'string', format: 'binary', description: 'One jpg, png or bmp file.' },
            },
          },
        ],
        example: { image: '(binary)', type: 'person', params: '{"size": 512}', client_ref: 'box 3, page 12' },
      },
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Chosen by you for this photo, 1 to 255 visible ASCII characters. With it you may send again what may have arrived.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiHeader(PREFER),
    taskAnswer(202, 'The photo is stored and stands in line.', EXAMPLE_TASK, headers),
    taskAnswer(200, 'It has ended within the time that you wanted to wait.', EXAMPLE_DONE_TASK, headers),
    ApiProblems(
      'no_files',
      'malformed_multipart',
      'invalid_request',
      'forbidden',
      'task_type_not_allowed',
      'priority_not_allowed',
      'foreign_site',
      'not_found',
      'not_ready',
      'file_too_large',
      'too_many_files',
      'quota_exceeded',
      'unsupported_format',
      'unsupported_content_encoding',
      'image_damaged',
      'image_too_many_pixels',
      'image_too_small',
      'bad_aspect',
      'url_not_allowed',
      'fetch_failed',
      'image_unreachable',
      'unknown_task_type',
      'invalid_parameter',
      'callback_not_allowed',
      'idempotency_key_reused',
      'rate_limited',
      'queue_full',
      'broker_backlog_full',
      'intake_paused',
      'storage_full',
      'storage_unavailable',
      'database_unavailable',
    ),
  );
}

/** Documents `GET /v1/tasks`. */
export function ApiListTasks(): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status: 200,
      description: 'One page of them.',
      type: TaskPageDto,
      headers: { Link: { description: 'The next page, `rel="next"`, where there is one.', ...TEXT_HEADER } },
    }),
    ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'forbidden', 'rate_limited'),
  );
}

/** Documents `GET /v1/tasks/:id`. */
export function ApiReadTask(): MethodDecorator {
  return applyDecorators(
    ApiTaskId(),
    ApiHeader(PREFER),
    taskAnswer(200, 'The task.', EXAMPLE_DONE_TASK),
    ApiProblems('invalid_request', 'not_found', 'rate_limited'),
  );
}

/** Documents `POST /v1/tasks/:id/cancel`. */
export function ApiCancelTask(): MethodDecorator {
  return applyDecorators(
    ApiTaskId(),
    taskAnswer(200, 'The cancelled task.', { ...EXAMPLE_TASK, status: 'cancelled', queue_position: null }),
    ApiProblems('not_found', 'read_only_link', 'already_final'),
  );
}

/** Documents `POST /v1/tasks/:id/retry`. */
export function ApiRetryTask(): MethodDecorator {
  return applyDecorators(
    ApiTaskId(),
    taskAnswer(200, 'The task, in line again.', EXAMPLE_TASK),
    ApiProblems('not_found', 'read_only_link', 'not_retryable', 'queue_full'),
  );
}

/** Documents `DELETE /v1/tasks/:id`. */
export function ApiEraseTask(): MethodDecorator {
  return applyDecorators(
    ApiTaskId(),
    ApiResponse({ status: 204, description: 'There is nothing of it any more.' }),
    ApiProblems('not_found', 'read_only_link'),
  );
}

/** Documents `GET /v1/tasks/:id/timeline`. */
export function ApiTimeline(): MethodDecorator {
  return applyDecorators(
    ApiTaskId(),
    ApiResponse({ status: 200, description: 'The first step first.', type: TimelineDto }),
    ApiProblems('not_found'),
  );
}
