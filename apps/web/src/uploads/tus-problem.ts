import { PROBLEM_CODES, type Problem } from '@app/contracts';
import { ApiProblem } from '../api/api-problem.js';

/** The server still writes what came over a connection that broke; within a second it has noticed. */
const BUSY_STATUSES = [409, 423, 460];
const BUSY_MS = 1000;

/** What an answer to a part of an upload means. A status of 0 is none: no connection, or it broke. */
export function tusProblem(status: number, body: string, retryAfter: string | null): ApiProblem {
  const seconds = Number(retryAfter);
  const retryAfterMs = retryAfter !== null && seconds >= 0 ? seconds * 1000 : null;
  const problem = parse(body);
  if (typeof problem?.code === 'string') {
    const isKnown = PROBLEM_CODES.includes(problem.code);
    return new ApiProblem(isKnown ? problem.code : 'internal_error', retryAfterMs, problem as Problem);
  }
  if (BUSY_STATUSES.includes(status)) return new ApiProblem('not_ready', retryAfterMs ?? BUSY_MS);
  // Not a problem of ours: a proxy answers for an API that is away.
  return new ApiProblem('offline', retryAfterMs);
}

function parse(body: string): Partial<Problem> | null {
  try {
    return JSON.parse(body) as Partial<Problem> | null;
  } catch {
    return null;
  }
}
