import type { LiveFrame } from './live-frame.js';

/** Why the stream to a client ends: it does not read, it may not, something went wrong here, or the process stops. */
export type EndReason = 'slow' | 'unauthorized' | 'failed' | 'stopping';

/** Where messages go: a WebSocket or a stream of server-sent events. */
export interface LiveSink {
  /** Bytes that the client has not taken yet. */
  readonly unsentBytes: number;
  send(frame: LiveFrame): void;
  end(reason: EndReason): void;
}
