import type { LiveErrorCode } from '@app/contracts';
import type { WebSocket } from 'ws';
import type { LiveDesk } from './live-desk.js';
import { parseRequest } from './live-request.js';
import type { Subscriber } from './subscriber.js';

/** A frame may be so large. */
export const MESSAGE_BYTES = 64 * 1024;
const MOST_MESSAGES = 100;
const PER_MS = 10_000;
/** Whoever does not know the protocol after so many errors will not learn it. */
const MOST_ERRORS = 3;
const POLICY_VIOLATION = 1008;

/** What one client may say, and what is done about it. */
export class SocketClient {
  private errors = 0;
  private messages = 0;
  private since = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly subscriber: Subscriber,
    private readonly desk: LiveDesk,
  ) {}

  hear(data: Buffer, isBinary: boolean): void {
    if (!this.count()) return;
    const request = isBinary ? undefined : parseRequest(data.toString());
    if (request === undefined)
      return this.refuse('malformed', 'Send {"event":"subscribe","data":{"topic":"task:ID"}}.');
    for (const { topic, after } of request.topics) {
      if (request.event === 'unsubscribe') this.desk.unsubscribe(this.subscriber, topic);
      else this.desk.subscribe(this.subscriber, topic, after);
    }
  }

  /** Counts a message, or a ping, which has to be answered too; false when there were too many. */
  count(): boolean {
    const now = performance.now();
    if (now - this.since >= PER_MS) {
      this.since = now;
      this.messages = 0;
    }
    this.messages += 1;
    if (this.messages <= MOST_MESSAGES) return true;
    if (this.messages === MOST_MESSAGES + 1) {
      this.tell('rate_limited', `At most ${MOST_MESSAGES} messages in ${PER_MS / 1000} seconds.`);
      this.socket.close(POLICY_VIOLATION, 'rate_limited');
    }
    return false;
  }

  private refuse(code: LiveErrorCode, message: string): void {
    this.errors += 1;
    this.tell(code, message);
    if (this.errors >= MOST_ERRORS) this.socket.close(POLICY_VIOLATION, code);
  }

  private tell(code: LiveErrorCode, message: string): void {
    this.subscriber.tell({ event: 'error', data: { code, message } });
  }
}
