import type { ProblemCode } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { lingerAfterAnswer } from '../security/lingering-close.js';
import { chooseLanguage } from './language.js';
import { toAnswer } from './problem-answer.js';
import { statusOf } from './problem-status.js';
import type { ProblemException } from './problem.exception.js';
import { toProblem } from './to-problem.js';

/** Answers every error of the HTTP API as `application/problem+json` (RFC 9457); no stack, no path of ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly count: (code: ProblemCode) => void,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const requestId = String(response.getHeader('X-Request-Id'));
    // A caller who hangs up is told nothing, and is no error of ours.
    if (request.destroyed && !request.complete) {
      this.logger.info({ requestId, path: request.path }, 'a caller went away');
      return;
    }
    const problem = toProblem(error, request);
    this.note(problem, error, request, requestId);
    if (response.headersSent) {
      // The body was under way: cutting the connection is the only way left to say that it is not whole.
      response.destroy();
      return;
    }
    const answer = toAnswer(problem, requestId, chooseLanguage(request.get('Accept-Language')));
    for (const name of response.getHeaderNames()) if (isOfTheBody(name)) response.removeHeader(name);
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    if (!request.complete) lingerAfterAnswer(request, response);
    response.status(answer.status).end(request.method === 'HEAD' ? undefined : JSON.stringify(answer.body));
  }

  private note(problem: ProblemException, error: unknown, request: Request, requestId: string): void {
    const { code, text } = problem;
    this.count(code);
    if (statusOf(text) >= 500) this.logger.error({ err: error, requestId, code }, 'a request failed');
    else this.logger.info({ requestId, code, text, path: request.path }, 'a request was refused');
  }
}

/** A route that fails late may have said already what its body would be. */
function isOfTheBody(header: string): boolean {
  return (header.startsWith('content-') && header !== 'content-security-policy') || header === 'etag';
}
