import type { LiveMessage } from '@app/contracts';
import type { Caller } from '../access/caller.js';
import type { LiveClient } from './live-client.js';
import { LiveFrame } from './live-frame.js';
import type { EndReason, LiveSink } from './live-sink.js';
import type { Subscription } from './subscription.js';

/** Above this much unread nothing more is sent to a client but an answer to what it asks. */
const FULL_BYTES = 64 * 1024;
/** Below this much it is told again. */
const DRAINED_BYTES = FULL_BYTES / 2;
/** Above this much it is given up: it asks and asks and reads nothing. */
const HOPELESS_BYTES = 1024 * 1024;

/** A client that watches: one WebSocket, or one stream. */
export class Subscriber implements LiveClient {
  readonly subscriptions = new Map<string, Subscription>();
  /** The topics that are not live because the client does not read. */
  private readonly behind = new Set<string>();
  ended = false;
  /** What was unread when this was looked at last, and since when it has not become less. */
  private stalled: { bytes: number; since: number } | undefined;

  constructor(
    public caller: Caller,
    private readonly sink: LiveSink,
    private readonly onDrained: (subscription: Subscription) => void,
  ) {}

  /** What the client has not taken yet. */
  get unsentBytes(): number {
    return this.sink.unsentBytes;
  }

  get isFull(): boolean {
    return this.sink.unsentBytes > FULL_BYTES;
  }

  send(frame: LiveFrame): void {
    if (this.ended) return;
    this.sink.send(frame);
    if (this.sink.unsentBytes > HOPELESS_BYTES) this.end('slow');
  }

  tell(message: LiveMessage): void {
    this.send(new LiveFrame(message));
  }

  lags(topic: string): void {
    this.behind.add(topic);
  }

  forget(topic: string): void {
    this.subscriptions.delete(topic);
    this.behind.delete(topic);
  }

  /** The client has read something; called by the sink. */
  drained(): void {
    if (this.behind.size === 0 || this.sink.unsentBytes > DRAINED_BYTES) return;
    const waiting = [...this.behind];
    this.behind.clear();
    for (const topic of waiting) {
      const subscription = this.subscriptions.get(topic);
      if (subscription) this.onDrained(subscription);
    }
  }

  /** Whether it has had too much unread for that long and has read nothing of it. */
  isStalled(now: number, forMs: number): boolean {
    const bytes = this.sink.unsentBytes;
    if (bytes <= FULL_BYTES) this.stalled = undefined;
    else if (this.stalled === undefined || bytes < this.stalled.bytes) this.stalled = { bytes, since: now };
    return this.stalled !== undefined && now - this.stalled.since >= forMs;
  }

  end(reason: EndReason): void {
    if (this.ended) return;
    this.ended = true;
    this.sink.end(reason);
  }
}
