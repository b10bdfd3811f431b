import { since, type Cause } from './cause.js';
import type { Situation } from './situation.js';

/** Receivers that do not take what they are told, after a second attempt. */
export function deliveryCauses({ deliveries }: Pick<Situation, 'deliveries'>): Cause[] {
  return deliveries.map(({ host, waiting, failed, since: at }) => ({
    code: 'deliveries_failing',
    subject: host,
    since: since(at),
    detail: `${waiting} to be tried again, ${failed} given up within the last hour.`,
  }));
}
