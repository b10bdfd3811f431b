import { ProblemException } from '../problems/problem.exception.js';

const LONGEST_S = 60;
/** `wait` among the preferences (RFC 7240, 2 and 4.3); what it cannot be is ignored, as a preference may be. */
const PREFERENCE = /(?:^|,)\s*wait\s*=\s*"?(\d{1,5})"?\s*(?=[,;]|$)/i;

/** How long a caller wants an answer to wait for the end of the task. */
export interface PreferredWait {
  seconds: number;
  /** True where the header asked for it, and the answer has to say that it was heeded. */
  byHeader: boolean;
}

/**
 * Reads `Prefer: wait=20`, or `?wait=20` for callers who cannot set headers.
 * @throws ProblemException `invalid_request` for a `?wait` that is no whole number from 1 to 60.
 */
export function readPreferredWait(header: string | undefined, query: unknown): PreferredWait | undefined {
  if (query !== undefined) {
    const seconds = typeof query === 'string' && /^\d{1,2}$/.test(query) ? Number(query) : 0;
    if (seconds >= 1 && seconds <= LONGEST_S) return { seconds, byHeader: false };
    const values = { minimum: 1, maximum: LONGEST_S };
    throw new ProblemException(
      'invalid_request',
      {},
      {
        errors: [{ pointer: '/wait', text: 'whole_number_between', values }],
      },
    );
  }
  const asked = Number(PREFERENCE.exec(header ?? '')?.[1] ?? 0);
  return asked < 1 ? undefined : { seconds: Math.min(asked, LONGEST_S), byHeader: true };
}
