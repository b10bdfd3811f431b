import { isFinalState, LIVE_PATH, type LiveMessage, type LiveTopic } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { AUTHORIZATION } from './operator-key.js';

const AGAIN_MS = 100;

/**
 * Watches an album as the page does: when its line breaks it asks the next API instance, from the last step that it has
 * heard of. Writes down what it hears.
 */
export class LiveWatcher {
  /** Connections after the first that were answered. */
  reconnects = 0;
  /** Times that it had to be told everything anew, the first time included. */
  snapshots = 0;
  /** What it did not hear in order: a gap, or a step twice. */
  readonly disorder: string[] = [];
  /** The tasks that have ended, as it knows. */
  readonly ended = new Set<string>();
  private seq: number | undefined;
  private wanted = true;
  private socket: WebSocket | undefined;

  constructor(
    private readonly urls: readonly string[],
    private readonly topic: LiveTopic,
  ) {}

  /** Resolves once it hears; goes on until `stop`. */
  async start(): Promise<void> {
    let connections = 0;
    await new Promise<void>((heard) => {
      const connect = async (): Promise<void> => {
        while (this.wanted) {
          const isHeard = await this.listen(this.urls[connections++ % this.urls.length]!, heard);
          if (isHeard && this.wanted) this.reconnects++;
          await sleep(AGAIN_MS);
        }
      };
      void connect();
    });
  }

  stop(): void {
    this.wanted = false;
    this.socket?.terminate();
  }

  /** Resolves when the line has ended: whether anything had come by it. */
  private listen(url: string, heard: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}${LIVE_PATH}`, { headers: AUTHORIZATION });
      this.socket = socket;
      let isHeard = false;
      socket.on('open', () => {
        const data = { topic: this.topic, ...(this.seq !== undefined && { after: this.seq }) };
        socket.send(JSON.stringify({ event: 'subscribe', data }));
      });
      socket.on('message', (frame: Buffer) => {
        isHeard = true;
        this.hear(JSON.parse(frame.toString()) as LiveMessage);
        heard();
      });
      // Its `close` follows.
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(isHeard));
    });
  }

  private hear({ event, data }: LiveMessage): void {
    if (event === 'error') this.disorder.push(`${data.code}: ${data.message}`);
    if (event === 'snapshot') {
      this.snapshots++;
      this.seq = data.seq;
      for (const task of data.tasks) if (isFinalState(task.status)) this.ended.add(task.id);
    }
    if (event !== 'step') return;
    const expected = (this.seq ?? 0) + 1;
    if (data.seq !== expected) this.disorder.push(`step ${data.seq} came in place of ${expected}`);
    this.seq = data.seq;
    if (isFinalState(data.task.status)) this.ended.add(data.task.id);
  }
}
