import type { Cause } from './cause.js';
import type { Situation } from './situation.js';

/** As the alert DiskLow has it. */
const LEAST_FREE_BYTES = 5e9;
const LEAST_FREE_SHARE = 0.1;
/** The smallest question takes well below a millisecond; a second of it is felt in every answer. */
const SLOW_MS = 1_000;

/** There is no room for photos, or soon none; the database answers late. */
export function storeCauses({ storage, databaseMs }: Pick<Situation, 'storage' | 'databaseMs'>): Cause[] {
  const { free_bytes: free, total_bytes: total } = storage;
  const causes: Cause[] = [];
  if (free !== null && total !== null && (free < LEAST_FREE_BYTES || free < total * LEAST_FREE_SHARE)) {
    const detail = `${gigabytes(free)} of ${gigabytes(total)} are free.`;
    causes.push({ code: 'storage_full', subject: null, since: null, detail });
  }
  if (free === null) {
    const detail = 'The folder with the photos (DATA_DIR) cannot be looked at.';
    causes.push({ code: 'storage_full', subject: null, since: null, detail });
  }
  if (databaseMs >= SLOW_MS) {
    const detail = `It took ${(databaseMs / 1000).toFixed(1)} s for the smallest question.`;
    causes.push({ code: 'database_slow', subject: null, since: null, detail });
  }
  return causes;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
