import type { Cause } from './cause.js';
import type { Situation } from './situation.js';

/** As the alert DiskLow has it. */
const LEAST_FREE_BYTES = 5e9;
const LEAST_FREE_SHARE = 0.1;
/** The smallest question takes well below a millisecond; a second of it is felt in every answer. */
const SLOW_MS = 1_000;

/** There is no room for photos, or soon none; they cannot be stored at all; the database answers late or not at all. */
export function storeCauses({ storage, database }: Pick<Situation, 'storage' | 'database'>): Cause[] {
  return [roomCause(storage), storeCause(storage), databaseCause(database)].flatMap((cause) => cause ?? []);
}

function roomCause({ free_bytes: free, total_bytes: total, problem }: Situation['storage']): Cause | null {
  if (free === null || total === null) {
    const detail = 'The folder with the photos (DATA_DIR) cannot be looked at.';
    return { code: 'storage_failing', subject: null, since: null, detail };
  }
  const room = `${gigabytes(free)} of ${gigabytes(total)} are free on the disk with DATA_DIR.`;
  const about = { subject: null, since: null } as const;
  // A quota, or the number of files, may be used up where there is room.
  if (problem?.reason === 'full') {
    return { code: 'storage_full', ...about, detail: `${room} ${sentence(problem.sentence)}` };
  }
  const isLow = free < LEAST_FREE_BYTES || free < total * LEAST_FREE_SHARE;
  return isLow ? { code: 'storage_low', ...about, detail: room } : null;
}

function storeCause({ free_bytes: free, problem }: Situation['storage']): Cause | null {
  if (problem === null || problem.reason === 'full' || free === null) return null;
  return { code: 'storage_failing', subject: null, since: null, detail: sentence(problem.sentence) };
}

function databaseCause({ ms, problem }: Situation['database']): Cause | null {
  if (problem === null && ms < SLOW_MS) return null;
  const late = `It took ${(ms / 1000).toFixed(1)} s for the smallest question, or takes longer still.`;
  const detail = problem === null ? late : `It does not answer: ${problem}.`;
  return { code: 'database_slow', subject: null, since: null, detail };
}

function sentence(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
