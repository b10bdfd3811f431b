import { ProblemException } from '../problems/problem.exception.js';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * The caller's key of a photo, as it was sent; null where there is none.
 * @throws ProblemException `invalid_request` for anything but 1-255 visible ASCII characters.
 */
export function readIdempotencyKey(sent: string | string[] | undefined): string | null {
  if (sent === undefined) return null;
  // Two such headers arrive as one with a comma and a space between, which is no key either.
  if (typeof sent === 'string' && VISIBLE_ASCII.test(sent)) return sent;
  throw new ProblemException('invalid_request.idempotency_key');
}
