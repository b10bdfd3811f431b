import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception.js';

/**
 * A compressed body may hold a thousand times what was sent, and no picture gets smaller by it.
 * @throws ProblemException `unsupported_content_encoding`, with what is taken (RFC 9110, 15.5.16).
 */
export function refuseContentEncoding(request: Request): void {
  const sent = request.headers['content-encoding'];
  if (sent === undefined || sent.toLowerCase() === 'identity') return;
  throw new ProblemException(
    'unsupported_content_encoding',
    {},
    { headers: { 'Accept-Encoding': 'identity' } },
  );
}
