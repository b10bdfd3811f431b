import type { Problem } from '@app/contracts';
import type { Language } from './language.js';
import { wordsOf } from './problem-words.js';
import type { ProblemException } from './problem.exception.js';
import { statusOf } from './problem-status.js';

/** What a problem is answered with. */
export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  body: Problem;
}

/** The answer to a problem, in a language. */
export function toAnswer(problem: ProblemException, requestId: string, language: Language): ProblemAnswer {
  const { code, text, values, extra } = problem;
  const status = statusOf(text);
  const { title, detail, errors } = wordsOf(problem, language);
  const body: Problem = { type: `/problems/${code}`, title, status, detail, code, request_id: requestId };
  if (errors.length > 0) body.errors = errors;
  if (typeof values['limit'] === 'number') body.limit = values['limit'];
  return { status, body, headers: headersOf(problem, language, extra.retryAfterS) };
}

function headersOf(
  problem: ProblemException,
  language: Language,
  retryAfterS?: number,
): Record<string, string> {
  return {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Language': language,
    Vary: 'Accept-Language',
    'Cache-Control': 'no-store',
    ...(problem.code === 'unauthorized' && { 'WWW-Authenticate': 'Bearer' }),
    ...(retryAfterS !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterS))) }),
    ...problem.extra.headers,
  };
}
