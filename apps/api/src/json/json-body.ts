import type { NextFunction, Request, Response } from 'express';
import { readText } from './body-text.js';
import { readStrictJson } from './strict-json.js';

/** Stands in `request.body` where a body came that is no JSON; a route that wants one refuses it. */
export class UnreadBody {}

/** Reads the JSON body of a request into `request.body`; other bodies are left to their routes. */
export async function jsonBody(request: Request, response: Response, next: NextFunction): Promise<void> {
  if (!hasBody(request)) return next();
  if (request.is('application/json') === false) {
    request.body = new UnreadBody();
    return next();
  }
  const text = await readText(request, response);
  request.body = readStrictJson(text, { malformed: 'invalid_request.json', pointer: '' });
  next();
}

/** RFC 9112, 6: a request has a body where one of these says so. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
