import type { LiveErrorCode, LiveMessage, LiveSubscription, LiveTopic } from '@app/contracts';
import { LIVE_PATH } from '@app/contracts';
import { onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ClientState } from './client-state.js';

type LiveData<E extends LiveMessage['event']> = Extract<LiveMessage, { event: E }>['data'];

/** A client of the live socket, and all that it was told. */
export class Watcher {
  readonly told: LiveMessage[] = [];
  private readonly states = new Map<string, ClientState>();
  closed: { code: number; reason: string } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (frame: Buffer) => {
      const message = JSON.parse(frame.toString()) as LiveMessage;
      this.told.push(message);
      for (const state of this.states.values()) state.hear(message);
    });
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  /** Opens a socket that ends with the test. @throws Refused when it is refused. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<Watcher> {
    const socket = new WebSocket(url.replace('http', 'ws') + LIVE_PATH, { headers });
    onTestFinished(() => socket.terminate());
    const watcher = new Watcher(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return watcher;
  }

  subscribe(...topics: LiveSubscription[]): void {
    this.send({ event: 'subscribe', data: topics.length === 1 ? topics[0] : { topics } });
  }

  unsubscribe(topic: LiveTopic): void {
    this.send({ event: 'unsubscribe', data: { topic } });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** What it was told of one kind. */
  of<E extends LiveMessage['event']>(event: E): LiveData<E>[] {
    return this.told.filter((message) => message.event === event).map(({ data }) => data as LiveData<E>);
  }

  /** What it knows of a topic by now. Ask before it is told of it. */
  state(topic: LiveTopic): ClientState {
    const state = this.states.get(topic) ?? new ClientState(topic);
    this.states.set(topic, state);
    return state;
  }

  /** Goes on with what another connection knew. */
  adopt(state: ClientState): void {
    this.states.set(state.topic, state);
  }

  /** Subscribes to a task or an album, and follows it. */
  follow(topic: LiveTopic, after?: number): ClientState {
    const state = this.state(topic);
    this.subscribe({ topic, ...(after !== undefined && { after }) });
    return state;
  }

  get errors(): LiveErrorCode[] {
    return this.of('error').map(({ code }) => code);
  }

  /** Waits until something holds; the time is that of a busy machine. */
  async until(holds: () => void | Promise<void>, timeout = 10_000): Promise<void> {
    await vi.waitFor(holds, { timeout, interval: 10 });
  }
}
