import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';

/** Limit for a whole request body, uploads included (ComfyUI's default `--max-upload-size`). */
export const MAX_BODY_BYTES = 104_857_600;

/** Reads the body whatever its content type says, as a real server does. */
export const readBody: RequestHandler = express.raw({ type: () => true, limit: MAX_BODY_BYTES });

/** The body as JSON. @throws SyntaxError on anything else, an empty body included: the answer is a 500 then. */
export function jsonBody(request: Request): unknown {
  return JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
}

/** The body as a JSON object. @throws on anything else. */
export function jsonObject(request: Request): Record<string, unknown> {
  const body = jsonBody(request);
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new TypeError('not a JSON object');
  return body as Record<string, unknown>;
}

/** A query parameter that is an integer, undefined where it is absent. @throws RangeError on anything else. */
export function integerParameter(request: Request, name: string): number | undefined {
  const text = request.query[name];
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || !/^-?\d{1,15}$/.test(text))
    throw new RangeError(`${name} must be an integer`);
  return Number(text);
}

/** A list of texts in a JSON body; anything else in it is dropped. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/**
 * Turns errors into what a real server answers: 413 for a body that is too large, and for all that nobody foresaw
 * a plain text with 500. The reason is for the log only.
 */
export function answerErrors(log: (error: unknown) => void): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    response.type('text/plain');
    const { status, code } = error as { status?: number; code?: string };
    if (status === 413 || code === 'LIMIT_FILE_SIZE') {
      response.status(413).send(`Maximum request body size ${MAX_BODY_BYTES} exceeded.`);
      return;
    }
    log(error);
    response.status(500).send('500 Internal Server Error\n\nServer got itself in trouble');
  };
}
