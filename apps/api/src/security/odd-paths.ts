import type { NextFunction, Request, Response } from 'express';
import { ProblemException } from '../problems/problem.exception.js';

/** Empty and dotted segments, backslashes and NUL, also escaped: different programs read such paths differently. */
const ODD = /\/\/|(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\\|%5c|%00/i;

/** There is nothing at a path that a proxy in front of us may have understood in another way. */
export function refuseOddPaths(request: Request, _response: Response, next: NextFunction): void {
  const path = request.originalUrl.split('?', 1)[0] ?? '';
  next(ODD.test(path) ? new ProblemException('not_found') : undefined);
}
