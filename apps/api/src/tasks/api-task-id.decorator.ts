import { applyDecorators } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';

/** Documents the task that a route is about. */
export function ApiTaskId(): MethodDecorator {
  return applyDecorators(
    ApiParam({
      name: 'id',
      description: 'The id of the task.',
      schema: { type: 'string', format: 'uuid' },
      example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
    }),
  );
}
