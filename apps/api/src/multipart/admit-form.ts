import type { Request, Response } from 'express';
import { ProblemException } from '../problems/problem.exception.js';
import { sayContinue } from '../security/expect-continue.js';
import { refuseContentEncoding } from './content-encoding.js';

/**
 * Judges a form before any of it is read, and tells a caller who waits for that to send it.
 * @throws ProblemException where it is no form, encoded, or says that it is longer than `maxBytes` (`tooLong`).
 */
export function admitForm(
  request: Request,
  response: Response,
  { maxBytes, tooLong }: { maxBytes: number; tooLong: () => ProblemException },
): void {
  if (request.is('multipart/form-data') === false) throw new ProblemException('no_files.not_multipart');
  refuseContentEncoding(request);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLong();
  sayContinue(request, response);
}
