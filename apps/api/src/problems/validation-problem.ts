import type { ValidationError } from '@nestjs/common';
import { ProblemException } from './problem.exception.js';

/** Turns what class-validator found into one problem with a pointer per wrong field. */
export function validationProblem(found: ValidationError[]): ProblemException {
  const errors = found.flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((message) => ({ pointer: `/${property}`, message })),
  );
  return new ProblemException('invalid_request', errors.map(({ message }) => message).join('; '), { errors });
}
