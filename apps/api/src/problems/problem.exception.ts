import type { ProblemCode } from '@app/contracts';
import { HttpException } from '@nestjs/common';
import { PROBLEMS } from './problem-texts.js';

/** What the HTTP API refuses or cannot do, as a stable code; the filter answers it as an RFC 9457 problem. */
export class ProblemException extends HttpException {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: {
      errors?: { pointer: string; message: string }[];
      retryAfterS?: number;
      cause?: unknown;
    } = {},
  ) {
    super(detail, PROBLEMS[code].status, { cause: extra.cause });
  }
}
