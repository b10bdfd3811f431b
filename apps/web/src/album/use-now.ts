import { useSyncExternalStore } from 'react';

/** Times are told in minutes. */
const EVERY_MS = 10_000;

/** One clock for all who tell times: it runs while somebody looks at it. */
class Clock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private nowMs = Date.now();

  readonly read = (): number => this.nowMs;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) {
      this.tick();
      this.timer = setInterval(() => this.tick(), EVERY_MS);
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  };

  private tick(): void {
    this.nowMs = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const clock = new Clock();

/** Ms since 1970, every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(clock.subscribe, clock.read);
}
