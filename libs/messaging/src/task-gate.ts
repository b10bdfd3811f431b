/**
 * Says whether a worker may begin tasks now (its engine answers, its GPU has memory left). While it is closed no
 * message is taken from any queue, so that other workers get them; what runs already goes on.
 */
export interface TaskGate {
  /** Null while tasks may begin, else why not, as a phrase. */
  readonly closedBecause: string | null;
  /** Calls back after each change; returns how to stop that. */
  onChange(listener: () => void): () => void;
}
