import type { LiveMessage, LiveRequest } from '@app/contracts';
import type { Link } from './task-state.js';
import { TaskTopics, type TaskNews } from './task-topics.js';

/** The part of a browser WebSocket that we use. */
export type LiveSocket = Pick<WebSocket, 'addEventListener' | 'send' | 'close'>;

export interface TaskSocketOptions extends TaskNews {
  openSocket: () => LiveSocket;
  /** Reads these tasks over HTTP and tells the page; answers whether the API could be reached at all. */
  readTasks: (taskIds: readonly string[]) => Promise<boolean>;
  onLink: (link: Link) => void;
  random?: () => number;
}

const FIRST_RETRY_MS = 500;
/** Times up to 3; long enough to spare a server that restarts, short enough that nobody reloads the page. */
const LONGEST_RETRY_MS = 8000;
/** Browsers cannot ping: after this silence we ask for something that is always answered. */
const SILENCE_MS = 30_000;
const ANSWER_MS = 10_000;
/** Many photos end at the same time, and the API counts messages. */
const TOGETHER_MS = 300;

/**
 * Keeps the page told about its tasks: one live socket that follows all of them, and that goes on where it was after each
 * lost connection; reading over HTTP where there is no socket. Before it comes back it waits a random time that doubles
 * with every failure, so that many pages do not return at the same moment.
 */
export class TaskSocket {
  private socket: LiveSocket | null = null;
  private listening = new AbortController();
  private open = false;
  private taskIds: readonly string[] = [];
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private following: ReturnType<typeof setTimeout> | undefined;
  private readonly topics: TaskTopics;
  private readonly random: () => number;

  constructor(private readonly options: TaskSocketOptions) {
    this.random = options.random ?? Math.random;
    this.topics = new TaskTopics(options);
  }

  /** Connects; called once, and again by itself after every loss. */
  connect(): void {
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

  /** Connects anew: this device has become somebody whom the open socket does not know. */
  reconnect(): void {
    this.drop();
    this.connect();
  }

  /** The tasks to hear of from now on. */
  watch(taskIds: readonly string[]): void {
    this.taskIds = taskIds;
    if (!this.open) return void this.topics.follow(taskIds);
    this.following ??= setTimeout(() => {
      this.following = undefined;
      this.say(this.topics.follow(this.taskIds));
    }, TOGETHER_MS);
  }

  /** Tries at once instead of waiting: the device is online again, or the page is looked at again. */
  wake(): void {
    if (this.socket === null) this.connect();
    else if (this.open) this.ask();
  }

  private opened(): void {
    this.open = true;
    this.failures = 0;
    this.options.onLink('live');
    this.topics.follow(this.taskIds);
    clearTimeout(this.timer);
    this.say(this.topics.resume());
  }

  private ask(): void {
    this.say(this.topics.ask());
  }

  /** No answer means a dead connection. */
  private say(requests: readonly LiveRequest[]): void {
    if (!this.open || requests.length === 0) return;
    for (const request of requests) this.socket?.send(JSON.stringify(request));
    this.after(ANSWER_MS, () => this.lost());
  }

  private heard(data: unknown): void {
    this.after(SILENCE_MS, () => this.ask());
    const message = decode(data);
    // The API did not understand us: reading still works, so the page does not stand still.
    if (message === null || (message.event === 'error' && message.data.code !== 'not_found')) {
      void this.options.readTasks(this.taskIds);
    } else this.say(this.topics.hear(message));
  }

  private after(ms: number, act: () => void): void {
    clearTimeout(this.timer);
    if (this.topics.size > 0) this.timer = setTimeout(act, ms);
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.following);
    this.following = undefined;
    this.listening.abort();
    this.socket?.close();
    this.socket = null;
    this.open = false;
  }

  private lost(): void {
    this.drop();
    this.failures += 1;
    const shortestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.connect(), shortestMs * (1 + 2 * this.random()));
    // The first loss may be over in a second; only a second one is worth telling.
    if (this.failures > 1) void this.readInstead();
  }

  private async readInstead(): Promise<void> {
    const reached = await this.options.readTasks(this.taskIds);
    if (!this.open) this.options.onLink(reached ? 'polling' : 'away');
  }
}

function decode(data: unknown): LiveMessage | null {
  try {
    return JSON.parse(String(data)) as LiveMessage | null;
  } catch {
    return null;
  }
}
