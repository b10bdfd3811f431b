import { TaskFailure, type EngineFile, type EngineRef } from '@app/contracts';
import { ComfyCallFailure } from './call-failure.errors.js';
import { ComfyHttp, type HttpAnswer, type HttpCall } from './comfy-http.js';
import { DEFAULT_TIMEOUTS, type ComfyClientOptions, type ComfyTimeouts } from './comfy-client.options.js';
import { silentLogger, type ComfyLogger } from './comfy-logger.js';
import { ComfySocket, type SocketMessage } from './comfy-socket.js';
import { engineVanished } from './engine-vanished.js';
import { failureFromRejection } from './prompt-errors.js';
import type {
  ComfyGraph,
  FileRef,
  HistoryEntry,
  HistoryRequest,
  InterruptRequest,
  Job,
  ObjectInfo,
  PromptRequest,
  PromptResponse,
  QueueRequest,
  QueueResponse,
  SystemStats,
} from './protocol.js';
import { UPLOAD_FOLDER } from './upload-folder.js';
import {
  execInfoSchema,
  historyResponseSchema,
  jobSchema,
  objectInfoResponseSchema,
  promptResponseSchema,
  queueResponseSchema,
  readAs,
  systemStatsSchema,
  uploadResponseSchema,
} from './response-schemas.js';

/** GET /queue carries whole graphs and GET /object_info every class: far below this, far below our memory. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

const UPLOAD_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;

/** `unknown`: the server has no such prompt; `unsupported`: it has no such route. */
export type JobLookup = { kind: 'job'; job: Job } | { kind: 'unknown' } | { kind: 'unsupported' };

/**
 * One ComfyUI server, or the built-in engine, which speaks the same protocol (ComfyUI v0.3.45 to v0.27.1; newer
 * ones as far as their source was read). One per engine and process; it may serve many prompts at a time.
 *
 * Every method rejects with a `TaskFailure`: `engine_unreachable` when there is no answer in time, a 5xx, or an
 * answer that no ComfyUI gives; others where the method says so. With a signal it rejects with the signal's
 * reason. Nothing is retried here. Answers are limited to 64 MiB of JSON.
 */
export class ComfyClient {
  readonly timeouts: ComfyTimeouts;
  readonly logger: ComfyLogger;
  private readonly http: ComfyHttp;
  private readonly socket: ComfySocket;
  private jobsMissingFor: string | null = null;

  /** @param baseUrl `http(s)://host:port[/path]`; throws a TypeError for anything else. */
  constructor(baseUrl: string, options: ComfyClientOptions = {}) {
    const url = new URL(baseUrl);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new TypeError('A ComfyUI address starts with http:// or https://');
    }
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.logger = options.logger ?? silentLogger;
    this.http = new ComfyHttp(url);
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

  async systemStats(signal?: AbortSignal): Promise<SystemStats> {
    const answer = await this.http.json(this.get('/api/system_stats', signal));
    return readAs(systemStatsSchema, answer, 'GET /system_stats');
  }

  /** Who answers at this address, for `TaskEvent.engine` and for people. */
  async describeEngine(signal?: AbortSignal): Promise<EngineRef> {
    const { system } = await this.systemStats(signal);
    const own = system.built_in_engine;
    if (own) return { name: 'built-in', version: own.version.slice(0, 40), colouring: own.colouring };
    return { name: 'comfyui', version: system.comfyui_version.slice(0, 40) };
  }

  /** The inputs of a node class; null when the engine does not have it. */
  async objectInfo(classType: string, signal?: AbortSignal): Promise<ObjectInfo | null> {
    const path = `/api/object_info/${encodeURIComponent(classType)}`;
    const answer = await this.http.json(this.get(path, signal));
    const all = readAs(objectInfoResponseSchema, answer, 'GET /object_info');
    return Object.hasOwn(all, classType) ? (all[classType] ?? null) : null;
  }

  /** Prompts that run or wait in the engine, of all its clients: the smallest question there is. */
  async queueRemaining(signal?: AbortSignal): Promise<number> {
    const answer = await this.http.json(this.get('/api/prompt', signal));
    return readAs(execInfoSchema, answer, 'GET /prompt').exec_info.queue_remaining;
  }

  async queue(signal?: AbortSignal): Promise<QueueResponse> {
    const answer = await this.http.json(this.get('/api/queue', signal));
    return readAs(queueResponseSchema, answer, 'GET /queue');
  }

  /** A finished prompt; null when it is unknown, pending, running, or finished a moment ago. */
  async history(promptId: string, signal?: AbortSignal): Promise<HistoryEntry | null> {
    const answer = await this.http.json(this.get(`/api/history/${encodeURIComponent(promptId)}`, signal));
    const all = readAs(historyResponseSchema, answer, 'GET /history');
    return Object.hasOwn(all, promptId) ? (all[promptId] ?? null) : null;
  }

  /** The state of a prompt in one small call, where the server has it (ComfyUI v0.6.0); found out by asking. */
  async job(promptId: string, signal?: AbortSignal): Promise<JobLookup> {
    if (this.jobsMissingFor === this.clientId) return { kind: 'unsupported' };
    const call = this.get(`/api/jobs/${encodeURIComponent(promptId)}`, signal);
    const answer = await this.http.send(call);
    const body = jsonOf(answer);
    if (answer.status === 200) return { kind: 'job', job: readAs(jobSchema, body, 'GET /api/jobs/{id}') };
    if (answer.status === 404 && typeof body === 'object' && body !== null) return { kind: 'unknown' };
    if (answer.status !== 404 && answer.status !== 405) throw this.http.unexpected(call, answer);
    // Remembered until the next socket: behind the same address there may be a newer server by then.
    this.jobsMissingFor = this.clientId;
    return { kind: 'unsupported' };
  }

  /**
   * Puts an image into the engine's input folder and returns what a LoadImage node takes. The engine may rename
   * it (same name, other bytes), so use what is returned. It stays there: see `eraseLeft`. Rejects with
   * `bad_image` for an image above the engine's upload limit (100 MiB by default), and with `engine_lost_prompt`
   * where the engine took of it and then gave no answer.
   *
   * @param name 1-120 of A-Z a-z 0-9 . _ -, unique per task; a TypeError otherwise.
   */
  async upload(image: Buffer, name: string, signal?: AbortSignal): Promise<string> {
    if (!UPLOAD_NAME.test(name)) throw new TypeError('An upload is named with A-Z a-z 0-9 . _ - only');
    const call = this.uploadCall(image, { name, subfolder: UPLOAD_FOLDER, type: 'input' }, signal);
    try {
      const answer = await this.http.send(call);
      if (answer.status === 413) {
        throw new TaskFailure('bad_image', `The engine takes no upload of ${image.length} bytes`);
      }
      if (answer.status !== 200) throw this.http.unexpected(call, answer);
      const ref = readAs(uploadResponseSchema, jsonOf(answer), 'POST /upload/image');
      return ref.subfolder === '' ? ref.name : `${ref.subfolder}/${ref.name}`;
    } catch (error) {
      const mayHaveArrived = error instanceof ComfyCallFailure && error.call.mayHaveArrived;
      throw mayHaveArrived ? engineVanished('while it took the photo', error) : error;
    }
  }

  /**
   * Queues a graph under our prompt id (a lowercase UUID) and this socket's client id. No `number`: a repeated
   * one with the same id kills ComfyUI's queue thread. Rejects with `workflow_invalid` or `bad_image` when the
   * engine refuses the graph; a 200 that dropped some outputs is returned with its `node_errors`. Rejects with
   * `unknown` where it says 500 (ComfyUI's own code stumbled over the graph) or 200 with an answer that is none.
   */
  async submit(graph: ComfyGraph, promptId: string, signal?: AbortSignal): Promise<PromptResponse> {
    const body: PromptRequest = { prompt: graph, prompt_id: promptId, client_id: this.clientId };
    const call: HttpCall = {
      ...this.post('/api/prompt', body, signal),
      timeoutMs: this.timeouts.submitMs,
    };
    const answer = await this.http.send(call);
    if (answer.status === 400) throw failureFromRejection(jsonOf(answer));
    if (answer.status === 413)
      throw new TaskFailure('workflow_invalid', 'The engine finds the graph too large');
    if (answer.status === 500) throw new TaskFailure('unknown', this.http.unexpected(call, answer).message);
    if (answer.status !== 200) throw this.http.unexpected(call, answer);
    return readAs(promptResponseSchema, jsonOf(answer), 'POST /prompt', 'unknown');
  }

  /** Downloads a file the engine made. Null when it is gone; `unknown` when it has more than `maxBytes`. */
  async view(ref: FileRef, maxBytes: number, signal?: AbortSignal): Promise<Buffer | null> {
    const query = { filename: ref.filename, subfolder: ref.subfolder, type: ref.type };
    const call: HttpCall = {
      ...this.get('/api/view', signal),
      query,
      timeoutMs: this.timeouts.viewMs,
      maxBytes,
    };
    const answer = await this.http.send(call);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.http.unexpected(call, answer);
    return answer.body;
  }

  /** Whether the engine has a file. Asks for its first byte only. */
  async hasFile({ name, subfolder, type }: EngineFile, signal?: AbortSignal): Promise<boolean> {
    const query = { filename: name, subfolder, type };
    const call: HttpCall = { ...this.get('/api/view', signal), query, range: { from: 0, to: 0 } };
    const answer = await this.http.send(call);
    if (answer.status === 404) return false;
    // 416: an empty file has no first byte.
    if ([200, 206, 416].includes(answer.status)) return true;
    throw this.http.unexpected(call, answer);
  }

  /**
   * Puts these bytes in place of a file's, in any of the engine's folders; makes the file where there is none. A prompt
   * that still has to read it gets the new bytes. Rejects with `unknown` where the engine put them somewhere else.
   */
  async overwrite(file: EngineFile, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    const call = this.uploadCall(bytes, file, signal);
    call.body.append('overwrite', 'true');
    const answer = await this.http.send(call);
    if (answer.status !== 200) throw this.http.unexpected(call, answer);
    const { name } = readAs(uploadResponseSchema, jsonOf(answer), 'POST /upload/image');
    if (name !== file.name) throw new TaskFailure('unknown', `The engine did not overwrite ${file.name}`);
  }

  /** Takes prompts out of the history: graphs, file names and messages. Unknown ones are no error. */
  forgetPrompts(promptIds: string[], signal?: AbortSignal): Promise<void> {
    const body: HistoryRequest = { delete: promptIds };
    return this.command('/api/history', body, signal);
  }

  /**
   * Asks the engine to cancel a prompt, pending or running (ComfyUI v0.26.0). `done` says that it will be, not
   * that it is: see `cancelPrompt`. `unsupported` on an older server, which did nothing.
   */
  async cancelJob(
    promptId: string,
    signal?: AbortSignal,
  ): Promise<'done' | 'nothing_to_cancel' | 'unsupported'> {
    const call = this.post(`/api/jobs/${encodeURIComponent(promptId)}/cancel`, undefined, signal);
    const answer = await this.http.send(call);
    if (answer.status === 404 || answer.status === 405) return 'unsupported';
    const body = jsonOf(answer);
    if (answer.status !== 200 || typeof body !== 'object' || body === null || !('cancelled' in body)) {
      throw this.http.unexpected(call, answer);
    }
    return body.cancelled === true ? 'done' : 'nothing_to_cancel';
  }

  /**
   * Asks the engine to interrupt this prompt. It does so at the next node or progress step, and nothing says
   * whether it did. Before v0.3.57 it interrupts whatever runs: look into the queue first.
   */
  interrupt(promptId: string, signal?: AbortSignal): Promise<void> {
    const body: InterruptRequest = { prompt_id: promptId };
    return this.command('/api/interrupt', body, signal);
  }

  /** Takes pending prompts out of the queue, silently; running and unknown ones are not touched. */
  deleteQueued(promptIds: string[], signal?: AbortSignal): Promise<void> {
    const body: QueueRequest = { delete: promptIds };
    return this.command('/api/queue', body, signal);
  }

  /**
   * Asks for memory, after the prompt that runs. `freeMemory` drops the whole node cache, which is what a
   * DDColor node's model needs: it lies outside ComfyUI's model management, where `unloadModels` reaches.
   */
  free(what: { unloadModels: boolean; freeMemory: boolean }, signal?: AbortSignal): Promise<void> {
    const body = { unload_models: what.unloadModels, free_memory: what.freeMemory };
    return this.command('/api/free', body, signal);
  }

  private async command(path: string, body: object, signal?: AbortSignal): Promise<void> {
    const call = this.post(path, body, signal);
    const answer = await this.http.send(call);
    if (answer.status !== 200) throw this.http.unexpected(call, answer);
  }

  private uploadCall(image: Buffer, { name, subfolder, type }: EngineFile, signal?: AbortSignal) {
    const body = new FormData();
    body.append('image', new Blob([new Uint8Array(image)]), name);
    body.append('type', type);
    body.append('subfolder', subfolder);
    return { ...this.post('/api/upload/image', body, signal), body, timeoutMs: this.timeouts.uploadMs };
  }

  private get(path: string, signal?: AbortSignal): HttpCall {
    return { method: 'GET', path, timeoutMs: this.timeouts.callMs, maxBytes: MAX_JSON_BYTES, signal };
  }

  private post(path: string, body: object | undefined, signal?: AbortSignal): HttpCall {
    return { ...this.get(path, signal), method: 'POST', ...(body && { body }) };
  }
}

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}
