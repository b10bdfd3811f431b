import type { LiveMessage, LiveRequest, LiveTopic } from '@app/contracts';
import { LiveTopics, type TopicFollower } from './live-topics.js';

/** The part of a browser WebSocket that we use. */
export type BrowserSocket = Pick<WebSocket, 'addEventListener' | 'send' | 'close'>;

export interface LiveSocketOptions {
  openSocket: () => BrowserSocket;
  random?: () => number;
}

const FIRST_RETRY_MS = 500;
/** Long enough to spare a server that restarts, short enough that nobody reloads the page. */
const LONGEST_RETRY_MS = 8000;
/** Not even by chance at once: a server that closes what it has just opened would be asked without end. */
const SHORTEST_RETRY_MS = 100;
/** Browsers cannot ping: after this silence we ask for something that is always answered. */
const SILENCE_MS = 30_000;
const ANSWER_MS = 10_000;

/**
 * The page's one live socket. It is open while anybody follows anything, and goes on where it was after each lost
 * connection. Before it comes back it waits a random time below a limit that doubles with every failure, so that many
 * pages do not return at the same moment.
 */
export class LiveSocket {
  private socket: BrowserSocket | null = null;
  private listening = new AbortController();
  private isOpen = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly topics = new LiveTopics();
  private readonly random: () => number;

  constructor(private readonly options: LiveSocketOptions) {
    this.random = options.random ?? Math.random;
  }

  /** Hears of a topic from now on; answers how to stop. A topic has one follower at a time. */
  follow(topic: LiveTopic, follower: TopicFollower): () => void {
    const request = this.topics.follow(topic, follower);
    follower.onLink(this.isOpen);
    if (this.isOpen) this.say(request);
    else if (this.topics.size === 1) this.wake();
    return () => this.unfollow(topic, follower);
  }

  /** Connects anew: this device has become somebody whom the open socket does not know. */
  reconnect(): void {
    this.drop();
    if (this.topics.size > 0) this.connect();
  }

  /** Tries at once instead of waiting: the device is online again, or the page is looked at again. */
  wake(): void {
    if (this.topics.size === 0) return;
    if (this.socket === null) this.connect();
    else if (this.isOpen) this.say(this.topics.ask());
  }

  private unfollow(topic: LiveTopic, follower: TopicFollower): void {
    const request = this.topics.unfollow(topic, follower);
    if (this.topics.size === 0) this.drop();
    else if (request !== undefined && this.isOpen) this.say(request);
  }

  private connect(): void {
    clearTimeout(this.timer);
    const socket = this.options.openSocket();
    this.socket = socket;
    // A browser itself gives up a handshake without an answer only after minutes.
    this.timer = setTimeout(() => this.lost(), ANSWER_MS);
    this.listening = new AbortController();
    const { signal } = this.listening;
    socket.addEventListener('open', () => this.opened(), { signal });
    socket.addEventListener('message', (event) => this.heard(event.data), { signal });
    socket.addEventListener('close', () => this.lost(), { signal });
  }

  private opened(): void {
    this.isOpen = true;
    this.topics.tellLink(true);
    this.say(this.topics.resume());
  }

  /** No answer means a dead connection. */
  private say(request: LiveRequest): void {
    this.socket?.send(JSON.stringify(request));
    this.after(ANSWER_MS, () => this.lost());
  }

  private heard(data: unknown): void {
    this.failures = 0;
    this.after(SILENCE_MS, () => this.say(this.topics.ask()));
    const message = decode(data);
    // Reading still works, so the page does not stand still.
    if (message === null || (message.event === 'error' && message.data.code !== 'not_found'))
      return this.topics.tellUnclear();
    const request = this.topics.hear(message);
    if (this.topics.size === 0) this.drop();
    else if (request !== undefined) this.say(request);
  }

  private after(ms: number, act: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, ms);
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.listening.abort();
    this.socket?.close();
    this.socket = null;
    if (!this.isOpen) return;
    this.isOpen = false;
    this.topics.tellLink(false);
  }

  private lost(): void {
    this.drop();
    const limitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    this.after(SHORTEST_RETRY_MS + this.random() * (limitMs - SHORTEST_RETRY_MS), () => this.connect());
  }
}

function decode(data: unknown): LiveMessage | null {
  try {
    return JSON.parse(String(data)) as LiveMessage | null;
  } catch {
    return null;
  }
}
