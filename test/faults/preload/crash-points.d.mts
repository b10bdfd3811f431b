/** One row of the table, as far as tests look at it. */
export interface CrashPoint {
  name: string;
  app: 'api' | 'worker';
  /** What has to be brought so that the moment comes. */
  load: 'succeeds' | 'fails once' | 'fails always' | 'expires' | 'is cancelled' | 'is retried' | 'is erased';
}

export const CRASH_POINTS: readonly CrashPoint[];
