import type { ProblemCode } from '@app/contracts';
import { HttpException } from '@nestjs/common';
import type { FieldText, ProblemText, TextValues } from './problem-text.js';
import { statusOf } from './problem-status.js';

/** One wrong field. `pointer` is a JSON pointer into the request; the name of the field is its last part. */
export interface FieldProblem {
  pointer: string;
  text: FieldText;
  values?: TextValues;
}

/** What an answer carries beside its text. */
export interface ProblemExtra {
  /** What is wrong with single fields. */
  errors?: readonly FieldProblem[];
  /** Whole seconds for the header `Retry-After`. */
  retryAfterS?: number;
  headers?: Readonly<Record<string, string>>;
  /** What lies behind it: for the log, never for the caller. */
  cause?: unknown;
}

/**
 * What the HTTP API refuses or cannot do. The filter answers it as an RFC 9457 problem in the caller's language, with
 * the sentence that stands under `text` in `texts-en.ts` and `texts-zh-cn.ts`:
 *
 *     throw new ProblemException('album_full', { limit: 500 });
 *     throw new ProblemException('not_ready', {}, { retryAfterS: 2 });
 *     throw new ProblemException('invalid_request', {}, { errors: [{ pointer: '/title', text: 'required' }] });
 *
 * `values` fill the placeholders of the sentence; a number called `limit` is also the answer's `limit`. A new sentence is
 * a new key `code.case` in both tables.
 */
export class ProblemException extends HttpException {
  /** The stable code that the caller gets: `text` without its case. */
  readonly code: ProblemCode;

  constructor(
    readonly text: ProblemText,
    readonly values: TextValues = {},
    readonly extra: ProblemExtra = {},
  ) {
    super(text, statusOf(text), { cause: extra.cause });
    this.code = codeOf(text);
  }
}

function codeOf(text: ProblemText): ProblemCode {
  return text.split('.', 1)[0] as ProblemCode;
}
