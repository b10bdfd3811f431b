import type { ProblemCode } from '@app/contracts';
import { ImageError } from '@app/imaging';
import { FetchRefused, UrlNotAllowed } from '@app/outbound';
import { isPermanent } from '../database/is-permanent.js';
import { wordsOf } from '../problems/problem-words.js';
import { ProblemException } from '../problems/problem.exception.js';
import { REFUSAL_CODES, Refused, type Refusal, type RefusalCode } from './refusal.js';

/** What has another name over HTTP. */
const NAMES: Partial<Record<ProblemCode, RefusalCode>> = {
  idempotency_key_reused: 'id_conflict',
  invalid_request: 'invalid_parameter',
};

/**
 * What the sender of a message is told whose task could not be made; undefined where it may pass by itself: a full line,
 * a full disk, a database that is away.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refused || error instanceof ImageError) {
    return { code: error.code, message: error.message };
  }
  if (error instanceof ProblemException) {
    const code = codeOf(error);
    return code && { code, message: sentenceOf(error, code) };
  }
  if (isPermanent(error)) return { code: 'malformed', message: 'The message holds what cannot be stored.' };
  return undefined;
}

function codeOf({ code }: ProblemException): RefusalCode | undefined {
  return NAMES[code] ?? REFUSAL_CODES.find((each) => each === code);
}

function sentenceOf(problem: ProblemException, code: RefusalCode): string {
  if (code === 'id_conflict') return 'A message of this id asked for something else before.';
  const { cause } = problem.extra;
  // They name the host that is meant, which no sentence of ours does.
  if (cause instanceof UrlNotAllowed || cause instanceof FetchRefused) return cause.message;
  return wordsOf(problem, 'en').detail;
}
