import type { LiveMessage } from '@app/contracts';

/** A message that is put into words once, for everybody who gets it. */
export class LiveFrame {
  /** The topic's number after it, where the message has one. */
  readonly seq: number | null;
  private readonly data: string;
  private socketText: Buffer | undefined;
  private streamText: Buffer | undefined;

  constructor(readonly message: LiveMessage) {
    this.seq = 'seq' in message.data ? message.data.seq : null;
    this.data = JSON.stringify(message.data);
  }

  /** As a text frame of a WebSocket. */
  get forSocket(): Buffer {
    this.socketText ??= Buffer.from(`{"event":"${this.message.event}","data":${this.data}}`);
    return this.socketText;
  }

  /** As a server-sent event. */
  get forStream(): Buffer {
    if (this.streamText === undefined) {
      const id = this.isResumable ? `id: ${this.seq}\n` : '';
      this.streamText = Buffer.from(`${id}event: ${this.message.event}\ndata: ${this.data}\n\n`);
    }
    return this.streamText;
  }

  /** A reader who stops in the middle of a snapshot begins again; it must not be told that it has it all. */
  private get isResumable(): boolean {
    const { event, data } = this.message;
    return this.seq !== null && event !== 'resumed' && (event !== 'snapshot' || data.complete);
  }
}
