import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { ProblemException } from '../problems/problem.exception.js';
import { Proxies } from './proxies.js';
import { RequestCallers } from './request-callers.js';
import { judgeMachine } from './verdict.js';

/** What is no controller's: the documentation. */
const DOCUMENTATION = ['/docs', '/openapi.json'];

/**
 * Looks up who sends each request, before anything reads its body, and closes the documentation to strangers. Call it
 * after the request has its id and before anything that answers under these paths.
 */
export function useAccess(app: NestExpressApplication): void {
  const callers = app.get(RequestCallers);
  const proxies = app.get(Proxies);
  app.use(
    ['/v1', '/metrics', ...DOCUMENTATION],
    async (request: Request, response: Response, next: NextFunction) => {
      // What is somebody's own is in no cache; a route that knows better says so.
      response.setHeader('Cache-Control', 'private, no-store');
      await callers.of(request, response);
      next();
    },
  );
  app.use(DOCUMENTATION, async (request: Request, response: Response, next: NextFunction) => {
    const { caller } = await callers.of(request, response);
    const verdict = judgeMachine(caller, proxies.isLocal(request.headers));
    if (verdict !== null) throw new ProblemException(verdict);
    next();
  });
}
