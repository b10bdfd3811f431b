import type { NextFunction, Request, Response } from 'express';
import { refuseContentEncoding } from '../multipart/content-encoding.js';
import { eachChunk } from '../multipart/each-chunk.js';
import { ProblemException } from '../problems/problem.exception.js';
import { sayContinue } from '../security/expect-continue.js';
import { readStrictJson } from './strict-json.js';

const MOST_BYTES = 100 * 1024;
/** A hundred kilobytes need no longer, also over the slowest line. */
const IDLE_MS = 10_000;

/** Stands in `request.body` where a body came that is no JSON; a route that wants one refuses it. */
export class UnreadBody {}

/** Reads the JSON body of a request into `request.body`; other bodies are left to their routes. */
export async function jsonBody(request: Request, response: Response, next: NextFunction): Promise<void> {
  if (!hasBody(request)) return next();
  if (request.is('application/json') === false) {
    request.body = new UnreadBody();
    return next();
  }
  await read(request, response);
  next();
}

async function read(request: Request, response: Response): Promise<void> {
  refuseContentEncoding(request);
  const tooLarge = () => new ProblemException('request_too_large', { limit: MOST_BYTES });
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) throw tooLarge();
  sayContinue(request, response);
  const chunks: Buffer[] = [];
  let bytes = 0;
  await eachChunk(request, IDLE_MS, (chunk) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw tooLarge();
    chunks.push(chunk);
  });
  const text = decode(Buffer.concat(chunks));
  request.body = readStrictJson(text, { malformed: 'invalid_request.json', pointer: '' });
}

/** RFC 9112, 6: a request has a body where one of these says so. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProblemException('invalid_request.json', {}, { cause });
  }
}
