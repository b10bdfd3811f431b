import type { EngineFile, EngineRef } from '@app/contracts';
import { EngineCaller } from './calls/engine-caller.js';
import { FileCalls } from './calls/file-calls.js';
import { InfoCalls } from './calls/info-calls.js';
import { PromptCalls, type JobLookup } from './calls/prompt-calls.js';
import { submitCall } from './calls/submit-call.js';
import { DEFAULT_TIMEOUTS, type ComfyClientOptions, type ComfyTimeouts } from './comfy-client.options.js';
import { ComfyHttp } from './comfy-http.js';
import { silentLogger, type ComfyLogger } from './comfy-logger.js';
import { DEFAULT_PACE, type ComfyPace } from './comfy-pace.js';
import { ComfySocket, type SocketMessage } from './comfy-socket.js';
import type {
  ComfyGraph,
  FileRef,
  HistoryEntry,
  ObjectInfo,
  PromptResponse,
  QueueResponse,
  SystemStats,
} from './protocol.js';

/**
 * One ComfyUI server, or the built-in engine, which speaks the same protocol (ComfyUI v0.3.45 to v0.27.1; newer
 * ones as far as their source was read). One per engine and process; it may serve many prompts at a time.
 *
 * Every method rejects with a `TaskFailure`: `engine_unreachable` when there is no answer in time, the connection
 * breaks, or a 5xx; `upstream_garbage` for what no ComfyUI answers (a page, JSON of another shape, another status, an
 * answer above 64 MiB or one that drips until its time is over); others where the method says so. With a signal it
 * rejects with the signal's reason. Nothing is retried here.
 *
 * What it can do and how its prompts end is elsewhere: `calls/` (one small file for each group of calls), `runPrompt`,
 * `resumePrompt`, `cancelPrompt`.
 */
export class ComfyClient {
  readonly timeouts: ComfyTimeouts;
  readonly pace: ComfyPace;
  readonly logger: ComfyLogger;
  private readonly http: ComfyHttp;
  private readonly caller: EngineCaller;
  private readonly info: InfoCalls;
  private readonly prompts: PromptCalls;
  private readonly files: FileCalls;
  private readonly socket: ComfySocket;

  /** @param baseUrl `http(s)://host:port[/path]`; throws a TypeError for anything else. */
  constructor(baseUrl: string, options: ComfyClientOptions = {}) {
    const url = new URL(baseUrl);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new TypeError('A ComfyUI address starts with http:// or https://');
    }
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.pace = { ...DEFAULT_PACE, ...options.pace };
    this.logger = options.logger ?? silentLogger;
    this.http = new ComfyHttp(url, options.onCall);
    this.caller = new EngineCaller(this.http, this.timeouts);
    this.info = new InfoCalls(this.caller);
    this.prompts = new PromptCalls(this.caller, () => this.clientId);
    this.files = new FileCalls(this.caller);
    const socketUrl = new URL(url);
    socketUrl.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    socketUrl.pathname = `${url.pathname.replace(/\/$/, '')}/ws`;
    this.socket = new ComfySocket(socketUrl, this.timeouts, this.logger, options.clientId);
  }

  /** Which engine this is, for logs and for finding it again; without the credentials that its URL may carry. */
  get address(): string {
    return this.http.address;
  }

  /** What prompts are submitted with; changes with every new socket. */
  get clientId(): string {
    return this.socket.clientId;
  }

  /** True while the socket is up. A prompt also runs without it, only watched by polling. */
  get isConnected(): boolean {
    return this.socket.isOpen;
  }

  /** `performance.now()` of the last socket frame of any kind; 0 before the first. */
  get lastFrameAtMs(): number {
    return this.socket.lastFrameAtMs;
  }

  /**
   * Starts the socket and resolves when it is up; rejects when the attempt fails, but attempts go on with
   * growing pauses (0.5 s to 30 s) until `close`. `runPrompt` calls it; call it at start to have it ready.
   */
  connect(): Promise<void> {
    return this.socket.connect();
  }

  /** Closes the socket for good. Calls that are under way are not cut off. */
  close(): Promise<void> {
    return this.socket.close();
  }

  /** Drops a socket that stays silent where it should speak; a new one with a new client id follows. */
  resetSocket(): void {
    this.socket.reset();
  }

  /** Hears every frame of this socket, of all prompts. Returns the function that ends it. */
  listen(listener: (message: SocketMessage) => void): () => void {
    return this.socket.listen(listener);
  }

  systemStats(signal?: AbortSignal): Promise<SystemStats> {
    return this.info.systemStats(signal);
  }

  /** Who answers at this address, for `TaskEvent.engine` and for people. */
  describeEngine(signal?: AbortSignal): Promise<EngineRef> {
    return this.info.describeEngine(signal);
  }

  /** The inputs of a node class; null when the engine does not have it. */
  objectInfo(classType: string, signal?: AbortSignal): Promise<ObjectInfo | null> {
    return this.info.objectInfo(classType, signal);
  }

  /** Prompts that run or wait in the engine, of all its clients: the smallest question there is. */
  queueRemaining(signal?: AbortSignal): Promise<number> {
    return this.info.queueRemaining(signal);
  }

  /**
   * Asks for memory, after the prompt that runs. `freeMemory` drops the whole node cache, which is what a
   * DDColor node's model needs: it lies outside ComfyUI's model management, where `unloadModels` reaches.
   */
  free(what: { unloadModels: boolean; freeMemory: boolean }, signal?: AbortSignal): Promise<void> {
    return this.info.free(what, signal);
  }

  /**
   * Puts an image into the engine's input folder and returns what a LoadImage node takes. The engine may rename
   * it (same name, other bytes), so use what is returned. It stays there: see `eraseLeft`. Rejects with
   * `bad_image` for an image above the engine's upload limit (100 MiB by default), and with `engine_lost_prompt`
   * where the engine took of it and then gave no answer.
   *
   * @param name 1-120 of A-Z a-z 0-9 . _ -, unique per task; a TypeError otherwise.
   */
  upload(image: Buffer, name: string, signal?: AbortSignal): Promise<string> {
    return this.files.upload(image, name, signal);
  }

  /** Downloads a picture the engine made. Null when it is gone; a failure with `call.tooLarge` above `maxBytes`. */
  view(ref: FileRef, maxBytes: number, signal?: AbortSignal): Promise<Buffer | null> {
    return this.files.view(ref, maxBytes, signal);
  }

  /** Whether the engine has a file. Asks for its first byte only. */
  hasFile(file: EngineFile, signal?: AbortSignal): Promise<boolean> {
    return this.files.hasFile(file, signal);
  }

  /**
   * Puts these bytes in place of a file's, in any of the engine's folders; makes the file where there is none. A prompt
   * that still has to read it gets the new bytes. Rejects with `unknown` where the engine put them somewhere else.
   */
  overwrite(file: EngineFile, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    return this.files.overwrite(file, bytes, signal);
  }

  /**
   * Queues a graph under our prompt id (a lowercase UUID) and this socket's client id. No `number`: a repeated
   * one with the same id kills ComfyUI's queue thread. Rejects with `workflow_invalid` or `bad_image` when the
   * engine refuses the graph; a 200 that dropped some outputs is returned with its `node_errors`. Rejects with
   * `unknown` where it says 500: ComfyUI's own code stumbled over the graph.
   */
  submit(graph: ComfyGraph, promptId: string, signal?: AbortSignal): Promise<PromptResponse> {
    return submitCall(this.caller, { prompt: graph, prompt_id: promptId, client_id: this.clientId }, signal);
  }

  queue(signal?: AbortSignal): Promise<QueueResponse> {
    return this.prompts.queue(signal);
  }

  /** A finished prompt; null when it is unknown, pending, running, or finished a moment ago. */
  history(promptId: string, signal?: AbortSignal): Promise<HistoryEntry | null> {
    return this.prompts.history(promptId, signal);
  }

  /** The state of a prompt in one small call, where the server has it (ComfyUI v0.6.0); found out by asking. */
  job(promptId: string, signal?: AbortSignal): Promise<JobLookup> {
    return this.prompts.job(promptId, signal);
  }

  /**
   * Asks the engine to cancel a prompt, pending or running (ComfyUI v0.26.0). `done` says that it will be, not
   * that it is: see `cancelPrompt`. `unsupported` on an older server, which did nothing.
   */
  cancelJob(promptId: string, signal?: AbortSignal): Promise<'done' | 'nothing_to_cancel' | 'unsupported'> {
    return this.prompts.cancelJob(promptId, signal);
  }

  /**
   * Asks the engine to interrupt this prompt. It does so at the next node or progress step, and nothing says
   * whether it did. Before v0.3.57 it interrupts whatever runs: look into the queue first, as `cancelPrompt` does.
   */
  interrupt(promptId: string, signal?: AbortSignal): Promise<void> {
    return this.prompts.interrupt(promptId, signal);
  }

  /** Takes pending prompts out of the queue, silently; running and unknown ones are not touched. */
  deleteQueued(promptIds: string[], signal?: AbortSignal): Promise<void> {
    return this.prompts.deleteQueued(promptIds, signal);
  }

  /** Takes prompts out of the history: graphs, file names and messages. Unknown ones are no error. */
  forgetPrompts(promptIds: string[], signal?: AbortSignal): Promise<void> {
    return this.prompts.forgetPrompts(promptIds, signal);
  }
}
