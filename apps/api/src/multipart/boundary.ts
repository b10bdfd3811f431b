import { ProblemException } from '../problems/problem.exception.js';

/** RFC 2046, 5.1.1; quoted where it holds characters that are no token. */
const BOUNDARY =
  /;\s*boundary=(?:"([\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?])"|([\w'+\-.*!#$%&^`|~]{1,70}))\s*(?:;|$)/i;

/**
 * The boundary that a `Content-Type` names.
 * @throws ProblemException `malformed_multipart.boundary`.
 */
export function readBoundary(contentType: string): string {
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new ProblemException('malformed_multipart.boundary');
  return boundary;
}
