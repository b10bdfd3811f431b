import { since, type Cause } from './cause.js';
import type { Situation } from './situation.js';

const CODES = { intake: 'intake_paused', type: 'type_paused', worker: 'worker_paused' } as const;

/** What operators have stopped. */
export function pauseCauses({ pauses }: Pick<Situation, 'pauses'>): Cause[] {
  return pauses.map(({ scope, name, since: at, by_name: by, note }) => ({
    code: CODES[scope],
    subject: scope === 'intake' ? null : name,
    since: since(at),
    detail: [`By ${by}.`, note].filter(Boolean).join(' '),
  }));
}
