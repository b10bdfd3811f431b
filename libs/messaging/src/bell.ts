/** Wakes whoever waits for a change. Who wakes looks for itself what has changed. */
export class Bell {
  private waiting: (() => void)[] = [];

  /** Resolves at the next ring. Take the promise before doing what may ring, or the ring is missed. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  ring(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
