import {
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type ValidationError,
} from '@nestjs/common';
import { UnreadBody } from '../json/json-body.js';
import { isPrototypeName } from '../json/prototype-names.js';
import { ProblemException } from './problem.exception.js';
import { validationProblem } from './validation-problem.js';

/** Checks bodies and queries against their classes; what no class declares is refused. */
export class RequestValidation implements PipeTransform {
  private readonly ofBodies = strictPipe(true);
  private readonly ofAddresses = strictPipe(false);

  /** @throws ProblemException `invalid_request`. */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof UnreadBody) throw new ProblemException('invalid_request.content_type');
    refusePrototypeNames(value);
    const pipe = metadata.type === 'body' ? this.ofBodies : this.ofAddresses;
    return pipe.transform(value, metadata) as Promise<unknown>;
  }
}

function strictPipe(inBody: boolean): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (found: ValidationError[]) => validationProblem(found, inBody),
  });
}

/** class-transformer leaves such names out without a word. @throws ProblemException `invalid_request`. */
function refusePrototypeNames(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const errors = Object.keys(value)
    .filter(isPrototypeName)
    .map((name) => ({ pointer: `/${name}`, text: 'unknown' as const }));
  if (errors.length > 0) throw new ProblemException('invalid_request', {}, { errors });
}
