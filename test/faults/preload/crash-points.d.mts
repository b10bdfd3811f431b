/** One row of the table, as far as tests look at it. */
export interface CrashPoint {
  name: string;
  app: 'api' | 'worker' | 'bridge';
  /** What has to be brought so that the moment comes. */
  load:
    | 'succeeds'
    | 'fails once'
    | 'fails always'
    | 'expires'
    | 'is cancelled'
    | 'is retried'
    | 'is erased'
    | 'comes in pieces'
    | 'is published'
    | 'is refused'
    | 'is in Redis'
    | 'is refused in Redis'
    | 'has a webhook';
}

export const CRASH_POINTS: readonly CrashPoint[];
