/** What came of one attempt at a delivery. */
export type AttemptOutcome =
  | { kind: 'delivered'; status: number | null }
  | FailedAttempt
  /** Nothing came of it that counts: the way to the receiver is closed on our side. */
  | { kind: 'put_off'; ms: number };

/** It did not arrive. */
export interface FailedAttempt {
  kind: 'failed';
  /** Of HTTP; null where there was no answer. */
  status: number | null;
  /** A sentence for the log that owners read, without credentials. */
  error: string;
  retryAfterMs: number | null;
  /** `again` where another try may help. `closed`: the receiver wants nothing more at this address. */
  next: 'again' | 'give_up' | 'closed';
}
