import { LIVE_MAX_WATCHED, type LiveMessage, type LiveWatch, type TaskView } from '@app/contracts';
import type { Link } from './task-state.js';

/** The part of a browser WebSocket that we use. */
export type LiveSocket = Pick<WebSocket, 'addEventListener' | 'send' | 'close'>;

export interface TaskSocketOptions {
  openSocket: () => LiveSocket;
  /** Reads these tasks over HTTP and tells the page; answers whether the API could be reached at all. */
  readTasks: (taskIds: readonly string[]) => Promise<boolean>;
  onTask: (task: TaskView) => void;
  onLink: (link: Link) => void;
  random?: () => number;
}

const FIRST_RETRY_MS = 1000;
/** Long enough to spare a server that restarts, short enough that nobody reloads the page. */
const LONGEST_RETRY_MS = 15_000;
/** Browsers cannot ping: after this silence we ask again, which the API answers with every watched task. */
const SILENCE_MS = 30_000;
const ANSWER_MS = 10_000;

/**
 * Keeps the page told about its tasks: the live socket while it holds, reading over HTTP across every gap. After each
 * lost connection it waits a random part of a doubling time, so that many pages do not return at the same moment.
 */
export class TaskSocket {
  private socket: LiveSocket | null = null;
  private listening = new AbortController();
  private open = false;
  private taskIds: readonly string[] = [];
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly random: () => number;

  constructor(private readonly options: TaskSocketOptions) {
    this.random = options.random ?? Math.random;
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

  /** The tasks to hear of from now on; at most 1,000 are watched (`LIVE_MAX_WATCHED`), the rest is read on a gap. */
  watch(taskIds: readonly string[]): void {
    if (taskIds.length === this.taskIds.length && taskIds.every((id, index) => id === this.taskIds[index]))
      return;
    this.taskIds = taskIds;
    if (this.open) this.ask();
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
    this.ask();
    // The socket tells of living tasks; a task that was deleted meanwhile is only found out by reading.
    if (this.taskIds.length > 0) void this.options.readTasks(this.taskIds);
  }

  /** The API answers a `watch` with every watched task, so no answer means a dead connection. */
  private ask(): void {
    const watch: LiveWatch = { event: 'watch', data: { task_ids: this.taskIds.slice(0, LIVE_MAX_WATCHED) } };
    this.socket?.send(JSON.stringify(watch));
    this.after(ANSWER_MS, () => this.lost());
  }

  private heard(data: unknown): void {
    this.after(SILENCE_MS, () => this.ask());
    const message = decode(data);
    if (message?.event === 'task') this.options.onTask(message.data);
    // The API did not understand what we watch: reading still works, so the page does not stand still.
    else void this.options.readTasks(this.taskIds);
  }

  private after(ms: number, act: () => void): void {
    clearTimeout(this.timer);
    if (this.taskIds.length > 0) this.timer = setTimeout(act, ms);
  }

  private lost(): void {
    clearTimeout(this.timer);
    this.listening.abort();
    this.socket?.close();
    this.socket = null;
    this.open = false;
    this.failures += 1;
    const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.connect(), longestMs * (0.5 + this.random() / 2));
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
    return JSON.parse(String(data)) as LiveMessage;
  } catch {
    return null;
  }
}
