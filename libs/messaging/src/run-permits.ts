interface Waiting {
  alone: boolean;
  admit: () => void;
}

/**
 * Lets tasks run side by side, but a suspect alone, so that a crash is its own doing. In the order of their coming:
 * whoever comes after a suspect waits for its end.
 */
export class RunPermits {
  private running = 0;
  private isOneAlone = false;
  private readonly waiting: Waiting[] = [];

  /**
   * Runs it when its time has come; not at all where the signal is aborted before, and resolves to undefined then.
   * Rejects as the action does.
   */
  async run<T>(
    action: () => Promise<T>,
    { alone, signal }: { alone: boolean; signal: AbortSignal },
  ): Promise<T | undefined> {
    if (this.waiting.length > 0 || !this.hasRoomFor(alone)) {
      if (!(await this.admission(alone, signal))) return undefined;
    } else if (signal.aborted) {
      return undefined;
    } else {
      this.enter(alone);
    }
    try {
      return await action();
    } finally {
      this.running--;
      this.isOneAlone = false;
      this.admitNext();
    }
  }

  private hasRoomFor(alone: boolean): boolean {
    return alone ? this.running === 0 : !this.isOneAlone;
  }

  private enter(alone: boolean): void {
    this.running++;
    this.isOneAlone = alone;
  }

  /** True once it has entered. */
  private admission(alone: boolean, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiting: Waiting = {
        alone,
        admit: () => {
          signal.removeEventListener('abort', giveUp);
          this.enter(alone);
          resolve(true);
        },
      };
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        resolve(false);
        // It may have been what the others waited for.
        this.admitNext();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiting);
    });
  }

  private admitNext(): void {
    for (let next = this.waiting[0]; next && this.hasRoomFor(next.alone); next = this.waiting[0]) {
      this.waiting.shift();
      next.admit();
    }
  }
}
