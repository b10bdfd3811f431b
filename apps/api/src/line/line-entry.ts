/** A task that waits for its first or next attempt. A task in a retry delay does not stand in the line. */
export interface LineEntry {
  /** Task id (UUIDv7, so that ids rise with time). */
  readonly id: string;
  readonly owner: string;
  /** The task's priority, 0-9; 9 goes first. */
  readonly level: number;
  /** Fair turn from `Line.join`, comparable within one level; may have a fraction. */
  readonly turn: number;
  /** Order in which it was handed to the broker (strictly rising, about epoch µs); null while held. */
  readonly dispatched: number | null;
  /** Broker class 0-4 with which it was handed over; null while held. */
  readonly sentClass: number | null;
  /** Epoch ms. */
  readonly queuedAt: number;
}

/** The held task whose turn it is, and the broker class with which it is to be published. */
export interface NextHandover {
  readonly entry: LineEntry;
  readonly brokerClass: number;
}
