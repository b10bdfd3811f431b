import type { TaskGate } from '@app/messaging';

/** A gate that a test opens and closes. */
export class TestTap implements TaskGate {
  private readonly listeners = new Set<() => void>();

  constructor(public closedBecause: string | null = null) {}

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  turn(closedBecause: string | null): void {
    this.closedBecause = closedBecause;
    for (const listener of this.listeners) listener();
  }
}
