/**
 * Who is decoded next: first come, first served, a few at a time. Whatever was in a child that died runs again
 * before all others and with nobody beside it, so that a picture which kills its child is known for certain.
 */
export class DecodeLine<T> {
  private readonly waiting: T[] = [];
  private readonly again: T[] = [];
  private readonly running = new Set<T>();
  private alone = false;

  constructor(private readonly concurrency: number) {}

  get isEmpty(): boolean {
    return this.running.size + this.waiting.length + this.again.length === 0;
  }

  join(entry: T): void {
    this.waiting.push(entry);
  }

  /** Takes one out that does not run; false when it runs or was never here. */
  leave(entry: T): boolean {
    for (const line of [this.waiting, this.again]) {
      const at = line.indexOf(entry);
      if (at >= 0) return line.splice(at, 1).length > 0;
    }
    return false;
  }

  /** The next one to run from now on, if it may. */
  next(): T | undefined {
    if (this.alone || this.running.size >= this.concurrency) return undefined;
    if (this.again.length > 0 && this.running.size > 0) return undefined;
    this.alone = this.again.length > 0;
    const entry = this.again.shift() ?? this.waiting.shift();
    if (entry !== undefined) this.running.add(entry);
    return entry;
  }

  /** It does not run any more. */
  done(entry: T): void {
    if (this.running.delete(entry)) this.alone = false;
  }

  /** It has to run again, alone. */
  repeat(entry: T): void {
    this.done(entry);
    this.again.push(entry);
  }

  inChild(): T[] {
    return [...this.running];
  }

  /** Empties the line of those that do not run. */
  clear(): T[] {
    return [...this.again.splice(0), ...this.waiting.splice(0)];
  }
}
