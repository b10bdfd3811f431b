import { since, type Cause } from './cause.js';
import type { Situation } from './situation.js';

/** One broken file says nothing about the system. */
const LEAST_FAILURES = 3;
/** As the alert FailureRatio has it: of all that ended within the hour. */
const LEAST_SHARE = 0.05;

/** Many photos fail for one reason. */
export function failureCauses({ failures, types }: Pick<Situation, 'failures' | 'types'>): Cause[] {
  const ended = types.reduce((sum, { finished_last_hour: count }) => sum + count, 0);
  return failures
    .filter(({ count }) => count >= LEAST_FAILURES && count >= ended * LEAST_SHARE)
    .toSorted((a, b) => b.count - a.count)
    .map(({ code, count, first }) => ({
      code: 'photos_failing',
      subject: code,
      since: since(first),
      detail: `${count} of ${Math.max(ended, count)} that ended within the last hour.`,
    }));
}
