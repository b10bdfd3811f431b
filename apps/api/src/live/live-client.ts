import type { LiveMessage } from '@app/contracts';
import type { Caller } from '../access/caller.js';
import type { LiveFrame } from './live-frame.js';
import type { EndReason } from './live-sink.js';

/** Whoever watches, as its subscriptions see it. */
export interface LiveClient {
  caller: Caller;
  readonly ended: boolean;
  /** It has so much unread that nothing more is sent to it. */
  readonly isFull: boolean;
  send(frame: LiveFrame): void;
  tell(message: LiveMessage): void;
  /** Its subscription to the topic is not live until it has read. */
  lags(topic: string): void;
  /** It does not watch the topic any more. */
  forget(topic: string): void;
  end(reason: EndReason): void;
}
