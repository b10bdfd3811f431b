import { Injectable } from '@nestjs/common';

/** Whether this worker leaves because its machine is about to be taken away. There is no way back but a restart. */
@Injectable()
export class Departure {
  private reason: string | null = null;
  private readonly listeners = new Set<() => void>();

  /** What gave notice, as a phrase; null while nothing has. */
  get because(): string | null {
    return this.reason;
  }

  /** Notice was given. Only the first one counts; false for any other. */
  announce(because: string): boolean {
    if (this.reason !== null) return false;
    this.reason = because;
    for (const listener of this.listeners) listener();
    return true;
  }

  onAnnounced(listener: () => void): void {
    this.listeners.add(listener);
  }
}
