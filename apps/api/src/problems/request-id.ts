import type { NextFunction, Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';

const SENT_BY_CLIENT = /^[\w.:-]{1,64}$/;

/** Gives every response an `X-Request-Id`: the client's own when it is a plain word, else a new one. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('X-Request-Id');
  response.setHeader('X-Request-Id', given !== undefined && SENT_BY_CLIENT.test(given) ? given : uuidv7());
  next();
}
