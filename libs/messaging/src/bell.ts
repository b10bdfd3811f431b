/** Wakes whoever waits for a change. Who wakes looks for itself what has changed. */
export class Bell {
  private readonly waiting = new Set<() => void>();
  private count = 0;

  /** How often it has rung. */
  get rings(): number {
    return this.count;
  }

  /** Resolves at the next ring. Take the promise before doing what may ring, or the ring is missed. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  /**
   * Resolves to true as soon as it has rung more often than that, to false after `withinMs` without. Look how often it
   * has rung before doing what may ring.
   */
  rungSince(rings: number, withinMs?: number): Promise<boolean> {
    if (this.count > rings) return Promise.resolve(true);
    return new Promise((resolve) => {
      const rung = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const late = () => {
        this.waiting.delete(rung);
        resolve(false);
      };
      const timer = withinMs === undefined ? undefined : setTimeout(late, withinMs);
      this.waiting.add(rung);
    });
  }

  ring(): void {
    this.count++;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
