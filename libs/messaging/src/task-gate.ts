/** How many tasks a worker may have in hand: whole numbers from 0. */
export interface TaskRoom {
  /** Tasks that have begun, or begin at once. Those that have left (`TaskDelivery.leave`) are counted apart. */
  running: number;
  /** Tasks taken ahead of their turn, beside them. */
  ahead: number;
}

/**
 * Says whether a worker may begin tasks now (its engine answers, its GPU has memory left), and how many of which types.
 * While it is closed no message is taken from any queue and what was taken ahead goes back, so that other workers get
 * it; what runs already goes on.
 */
export interface TaskGate {
  /** Null while tasks may begin, else why not, as a phrase. */
  readonly closedBecause: string | null;
  /**
   * How many tasks may be in hand now. It may change at any time; what is in hand beyond it stays. Without it the
   * numbers of the `TaskServerOptions` hold.
   */
  readonly room?: TaskRoom;
  /** Whether tasks of this type are to be taken now; without it, all. What was taken ahead of another type goes back. */
  accepts?(taskType: string): boolean;
  /** Calls back after each change of any of these; returns how to stop that. */
  onChange(listener: () => void): () => void;
}
