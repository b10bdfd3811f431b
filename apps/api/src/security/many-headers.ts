import type { NextFunction, Request, Response } from 'express';
import type { Server } from 'node:http';
import { ProblemException } from '../problems/problem.exception.js';

/** Browsers send about 20, proxies add a few. */
const MOST_HEADERS = 100;

/** Node leaves headers out silently beyond its count; one more than we take is enough to know. */
export function countHeaders(server: Server): void {
  server.maxHeadersCount = MOST_HEADERS + 1;
}

/** Refuses a request with more headers than anybody sends. */
export function refuseManyHeaders(request: Request, _response: Response, next: NextFunction): void {
  const tooMany = request.rawHeaders.length / 2 > MOST_HEADERS;
  next(tooMany ? new ProblemException('request_too_large.headers') : undefined);
}
