import type { Problem } from '@app/contracts';
import { ArtifactStoreUnavailable } from '@app/artifact-store';
import { ImageError } from '@app/imaging';
import type { Logger } from '@app/runtime';
import {
  Catch,
  HttpException,
  PayloadTooLargeException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { PROBLEMS } from './problem-texts.js';
import { ProblemException } from './problem.exception.js';

/** Answers every error of the HTTP API as `application/problem+json` (RFC 9457); no stack, no path, no value. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly limits: { maxUploadBytes: number },
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.toProblem(error, request);
    const { code, detail, extra } = problem;
    const { status, title } = PROBLEMS[code];
    const requestId = String(response.getHeader('X-Request-Id'));
    // A caller who hangs up is told nothing, and is no error of ours.
    if (request.destroyed && !request.complete) {
      this.logger.info({ requestId, path: request.path }, 'a caller went away');
      return;
    }
    if (status >= 500) this.logger.error({ err: error, requestId, code }, 'a request failed');
    else this.logger.info({ requestId, code, detail, path: request.path }, 'a request was refused');
    if (response.headersSent) {
      // The body was under way: cutting the connection is the only way left to say that it is not whole.
      response.destroy();
      return;
    }
    const body: Problem = { type: `/problems/${code}`, title, status, detail, code, request_id: requestId };
    if (extra.errors) body.errors = extra.errors;
    if (extra.retryAfterS !== undefined) response.setHeader('Retry-After', extra.retryAfterS);
    // What is left of a refused upload is not read, so this connection cannot carry another request.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.status(status).type('application/problem+json').send(JSON.stringify(body));
  }

  private toProblem(error: unknown, request: Request): ProblemException {
    if (error instanceof ProblemException) return error;
    if (error instanceof ImageError) return new ProblemException(error.code, error.message, { cause: error });
    if (isStorageFull(error)) {
      return new ProblemException('storage_full', 'No photo can be taken in until space is free again.', {
        retryAfterS: 60,
        cause: error,
      });
    }
    if (error instanceof PayloadTooLargeException) {
      const megabytes = Math.floor(this.limits.maxUploadBytes / (1024 * 1024));
      return new ProblemException('file_too_large', `A photo may have at most ${megabytes} MB.`, {
        cause: error,
      });
    }
    if (error instanceof HttpException) return fromHttpException(error, request);
    return new ProblemException('internal_error', 'The error has been logged; please try again.', {
      cause: error,
    });
  }
}

function isStorageFull(error: unknown): boolean {
  if (error instanceof ArtifactStoreUnavailable) return error.storageFull;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function fromHttpException(error: HttpException, request: Request): ProblemException {
  const status = error.getStatus();
  if (status === 404) return new ProblemException('not_found', `There is nothing at ${request.path}.`);
  if (status >= 500)
    return new ProblemException('internal_error', 'Please try again later.', { cause: error });
  const multipart = request.is('multipart/form-data') !== false && request.is('multipart/form-data') !== null;
  return new ProblemException(multipart ? 'malformed_multipart' : 'invalid_request', error.message, {
    cause: error,
  });
}
