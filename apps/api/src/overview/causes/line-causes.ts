import type { Cause } from './cause.js';
import type { Situation } from './situation.js';

/** As the alert WaitTooLong has it. */
const LONG_WAIT_MS = 600_000;

/** Photos wait and nobody takes them, or they wait for too long where nothing else says why. */
export function lineCauses({ now, types, pauses }: Pick<Situation, 'now' | 'types' | 'pauses'>): Cause[] {
  const paused = new Set(pauses.flatMap(({ scope, name }) => (scope === 'type' ? [name] : [])));
  return types.flatMap((type): Cause[] => {
    const { waiting, oldest_waiting_since: oldest } = type;
    if (waiting === 0 || paused.has(type.type)) return [];
    const about = { subject: type.type, since: oldest, detail: `${waiting} waiting.` };
    if (type.unserved) return [{ code: 'no_worker', ...about }];
    const waitedMs = oldest === null ? 0 : now - Date.parse(oldest);
    return waitedMs < LONG_WAIT_MS ? [] : [{ code: 'waiting_too_long', ...about }];
  });
}
