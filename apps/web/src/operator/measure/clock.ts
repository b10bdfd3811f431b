import { useSyncExternalStore } from 'react';

const EVERY_MS = 1000;

/**
 * One clock for all that tells how long something lasts: by the time of the API, because an operator's computer may be
 * minutes off. It runs while somebody looks at it.
 */
class ServerClock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private aheadMs = 0;
  private nowMs = Date.now();

  readonly read = (): number => this.nowMs;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) {
      this.nowMs = Date.now() + this.aheadMs;
      this.timer = setInterval(() => this.tick(), EVERY_MS);
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  };

  /** What the API says that time it is; the way of the answer is not counted. */
  learn(at: string): void {
    this.aheadMs = Date.parse(at) - Date.now();
  }

  private tick(): void {
    this.nowMs = Date.now() + this.aheadMs;
    for (const listener of this.listeners) listener();
  }
}

export const serverClock = new ServerClock();

/** Ms since 1970 by the API's clock, every second. */
export function useServerNow(): number {
  return useSyncExternalStore(serverClock.subscribe, serverClock.read);
}
