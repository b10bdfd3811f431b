import { ProblemException } from '../problems/problem.exception.js';

/** ISO 8601 in UTC; null stays null. */
export function toIso(at: number): string;
export function toIso(at: number | null): string | null;
export function toIso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** When something is to end. @throws ProblemException `invalid_request` where that has been already. */
export function readExpiry(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const at = Date.parse(text);
  if (at > Date.now()) return at;
  throw new ProblemException(
    'invalid_request.value',
    {},
    {
      errors: [{ pointer: '/expires_at', text: 'date' }],
    },
  );
}
