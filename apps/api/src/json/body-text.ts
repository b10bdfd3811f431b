import type { Request, Response } from 'express';
import { refuseContentEncoding } from '../multipart/content-encoding.js';
import { eachChunk } from '../multipart/each-chunk.js';
import { ProblemException } from '../problems/problem.exception.js';
import { sayContinue } from '../security/expect-continue.js';

const MOST_BYTES = 100 * 1024;
/** A hundred kilobytes need no longer, also over the slowest line. */
const IDLE_MS = 10_000;

/** The body of a request that is a text. @throws ProblemException for what is too large, compressed or no UTF-8. */
export async function readText(request: Request, response: Response): Promise<string> {
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
  return decode(Buffer.concat(chunks));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProblemException('invalid_request.json', {}, { cause });
  }
}
