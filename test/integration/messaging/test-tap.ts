import type { TaskGate, TaskRoom } from '@app/messaging';

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
    this.tell();
  }

  protected tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** A gate that says how much room there is, and for which types. */
export class TestRoom extends TestTap {
  private refused: readonly string[] = [];

  constructor(public room: TaskRoom) {
    super();
  }

  resize(room: TaskRoom): void {
    this.room = room;
    this.tell();
  }

  accepts(taskType: string): boolean {
    return !this.refused.includes(taskType);
  }

  refuse(...taskTypes: string[]): void {
    this.refused = taskTypes;
    this.tell();
  }
}
