import { ERRORS } from '@tus/server';
import type { ProblemText } from '../problems/problem-text.js';
import { ProblemException } from '../problems/problem.exception.js';
import { isAbsent, WrittenElsewhere } from './upload-files.js';

/**
 * What @tus/server 2.4 throws, as problems. Clients (tus-js-client 4.3, Uppy 5) try again after 409, 423, 429 and 5xx and
 * after nothing else, so that only what passes may have such a status.
 */
const TEXTS = new Map<unknown, ProblemText>([
  [ERRORS.MISSING_OFFSET, 'invalid_request.tus_headers'],
  [ERRORS.INVALID_LENGTH, 'invalid_request.upload_length'],
  [ERRORS.FILE_NOT_FOUND, 'not_found'],
  [ERRORS.FILE_NO_LONGER_EXISTS, 'not_found'],
  [ERRORS.INVALID_OFFSET, 'not_ready.upload_offset'],
  [ERRORS.ERR_SIZE_EXCEEDED, 'request_too_large.upload'],
  [ERRORS.ERR_MAX_SIZE_EXCEEDED, 'file_too_large'],
  [ERRORS.ABORTED, 'not_ready.upload_busy'],
  [ERRORS.UNSUPPORTED_CONCATENATION_EXTENSION, 'invalid_request.tus_extension'],
  [ERRORS.UNSUPPORTED_CREATION_DEFER_LENGTH_EXTENSION, 'invalid_request.tus_extension'],
]);

/** The class of it is not exported. */
function isTooLong(cause: unknown): boolean {
  return cause instanceof Error && 'status_code' in cause && cause.status_code === 413;
}

/** What stands for something that was thrown while tus was spoken; the thing itself where it is none of tus. */
export function tusProblem(cause: unknown, limit: number): unknown {
  if (cause instanceof ProblemException) return cause;
  if (cause instanceof WrittenElsewhere)
    return new ProblemException('not_ready.upload_offset', {}, { cause });
  if (isTooLong(cause)) return new ProblemException('request_too_large.upload');
  // It was ended or claimed at this moment.
  if (isAbsent(cause)) return new ProblemException('not_found', {}, { cause });
  const text = TEXTS.get(cause);
  if (text === undefined) return cause;
  return new ProblemException(text, text === 'file_too_large' ? { limit } : {});
}
