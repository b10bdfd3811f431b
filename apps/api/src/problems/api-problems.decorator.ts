import type { ProblemCode } from '@app/contracts';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { toAnswer } from './problem-answer.js';
import { statusOf } from './problem-status.js';
import { ProblemDto } from './problem.dto.js';
import { ProblemException } from './problem.exception.js';

const REQUEST_ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

/** What goes into the examples' placeholders. */
const SAMPLE_VALUES = {
  limit: 20 * 1024 * 1024,
  found: 12,
  expected: 10,
  seconds: 60,
  detected: 'webp',
  known: 'person, building',
  allowed: 'person, building',
  state: 'succeeded',
  reason: 'url_host',
};

/** Documents the problems that a route may answer, each with its example. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...[...byStatus].map(([status, ofStatus]) =>
      ApiResponse({
        status,
        description: ofStatus.join(', '),
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(ProblemDto) },
            examples: Object.fromEntries(ofStatus.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      }),
    ),
  );
}

function exampleOf(code: ProblemCode) {
  const errors = code === 'invalid_request' || code === 'invalid_parameter' ? [EXAMPLE_ERROR] : [];
  return toAnswer(new ProblemException(code, SAMPLE_VALUES, { errors }), REQUEST_ID, 'en').body;
}

const EXAMPLE_ERROR = {
  pointer: '/params/size',
  text: 'whole_number_between',
  values: { minimum: 460, maximum: 680 },
} as const;
