import { WebSocket } from 'ws';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { LiveFrame } from './live-frame.js';
import type { EndReason, LiveSink } from './live-sink.js';

/** Close codes of RFC 6455, 7.4.1, and of its registry. */
const CLOSE: Record<EndReason, readonly [code: number, reason: string]> = {
  slow: [1013, 'too much unread'],
  unauthorized: [1008, 'unauthorized'],
  failed: [1011, 'failed'],
  stopping: [1001, 'stopping'],
};

/** Sends messages through a WebSocket. */
export class SocketSink implements LiveSink {
  onDrained: () => void = () => undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly metrics: LiveMetrics,
  ) {}

  get unsentBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(frame: LiveFrame): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.metrics.sent(frame.message.event);
    // One function for all sends: with thousands of clients each closure counts.
    this.socket.send(frame.forSocket, TEXT, this.sent);
  }

  end(reason: EndReason): void {
    if (reason === 'slow') this.metrics.slowClosed('websocket');
    this.socket.close(...CLOSE[reason]);
  }

  private readonly sent = (): void => this.onDrained();
}

const TEXT = { binary: false };
