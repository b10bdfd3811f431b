/**
 * Numbers for hand-overs to the broker: about the time in microseconds, each above the one before. So they rise also
 * within a millisecond, after a restart, and (as far as clocks agree) from one API instance to the next.
 */
export class BrokerOrder {
  private last = 0;

  next(nowMs = Date.now()): number {
    this.last = Math.max(this.last + 1, brokerOrderAt(nowMs));
    return this.last;
  }
}

/** The number of something that joins the broker's queue at that time. */
export function brokerOrderAt(ms: number): number {
  return Math.round(ms) * 1000;
}

/** About when something was given this number, in epoch milliseconds. */
export function orderedAt(order: number): number {
  return Math.floor(order / 1000);
}
