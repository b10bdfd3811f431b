import { EventEmitter } from 'node:events';
import { TaskFailure } from '@app/contracts';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { v4 as uuid } from 'uuid';
import { WebSocket, type RawData } from 'ws';
import { decodeTextFrame, promptIdOf, promptIdOfBinary } from './comfy-event.js';
import type { ComfyLogger } from './comfy-logger.js';
import type { ClientFeatureFlags, ComfyEvent } from './protocol.js';

/** The socket's clocks, in milliseconds. */
export interface SocketTimes {
  /** From connecting to the first frame. */
  openMs: number;
  /** Between two pings; the server sends none. */
  pingMs: number;
  /** From a ping to the end of a socket that does not answer it. */
  pongMs: number;
  /** First and longest pause between attempts. */
  retryMs: number;
  maxRetryMs: number;
}

/** What a listener hears. `closed` is told for a failed attempt, too. */
export type SocketMessage =
  | { kind: 'event'; promptId: string | null; event: ComfyEvent }
  /** A preview or other binary frame about a prompt: only a sign of life. */
  | { kind: 'alive'; promptId: string }
  | { kind: 'closed' };

type Listener = (message: SocketMessage) => void;

/** Frames are small; a larger one costs us the socket, not the memory, and polling takes over. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const FLAGS: ClientFeatureFlags = { type: 'feature_flags', data: { supports_preview_metadata: true } };

/**
 * The WebSocket of one ComfyUI server, kept up until `close`. Every attempt uses a new client id, because
 * ComfyUI (v0.27.1) forgets the newer of two sockets with one id when the older is finally closed, and that one
 * then stays open and hears nothing. So frames of a prompt reach only the socket it was submitted with: after
 * a drop its owner has to poll. The server never pings, so we do.
 */
export class ComfySocket {
  /** Of the current attempt; submit prompts with it. */
  clientId: string;
  /** `performance.now()` of the last frame. */
  lastFrameAtMs = 0;
  private ws: WebSocket | null = null;
  private opened = false;
  private wanted = false;
  private failures = 0;
  private retryTimer: NodeJS.Timeout | undefined;
  private opening: { promise: Promise<void>; settle: (error?: Error) => void } | null = null;
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly url: URL,
    private readonly times: SocketTimes,
    private readonly logger: ComfyLogger,
    firstClientId?: string,
  ) {
    this.clientId = firstClientId ?? uuid();
  }

  /** True from the first frame of the current attempt until it drops. */
  get isOpen(): boolean {
    return this.opened;
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when open; rejects when the attempt that runs (or starts now) fails. Attempts go on either way. */
  connect(): Promise<void> {
    this.wanted = true;
    if (this.opened) return Promise.resolve();
    // It outlives whatever needed it first, and is of no trace.
    if (!this.opening) context.with(ROOT_CONTEXT, () => this.attempt());
    return this.opening?.promise ?? Promise.resolve();
  }

  /** Gives the connection up and makes another: for a socket that should have spoken and did not. */
  reset(): void {
    this.ws?.terminate();
  }

  async close(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.retryTimer);
    const ws = this.ws;
    if (!ws || ws.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => ws.once('close', () => resolve()));
    ws.close(1000);
    const force = setTimeout(() => ws.terminate(), 500);
    await closed;
    clearTimeout(force);
  }

  private attempt(): void {
    clearTimeout(this.retryTimer);
    if (this.failures > 0 || this.ws) this.clientId = uuid();
    const url = new URL(this.url);
    url.searchParams.set('clientId', this.clientId);
    const ws = new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: this.times.openMs,
      maxPayload: MAX_FRAME_BYTES,
    });
    this.ws = ws;
    this.opening = deferred();
    const openTimer = setTimeout(() => ws.terminate(), this.times.openMs);
    let cause: Error | undefined;
    let stopPings: (() => void) | undefined;
    ws.on('open', () => {
      ws.send(JSON.stringify(FLAGS));
      stopPings = this.keepAlive(ws);
    });
    ws.on('message', (data, isBinary) => {
      clearTimeout(openTimer);
      this.onFrame(data, isBinary);
    });
    ws.on('error', (error) => {
      cause = error;
    });
    ws.on('close', () => {
      clearTimeout(openTimer);
      stopPings?.();
      this.onClose(cause);
    });
  }

  private onFrame(data: RawData, isBinary: boolean): void {
    this.lastFrameAtMs = performance.now();
    if (!this.opened) {
      this.opened = true;
      this.failures = 0;
      this.opening?.settle();
      this.opening = null;
    }
    const frame = toBuffer(data);
    if (isBinary) {
      const promptId = promptIdOfBinary(frame);
      if (promptId !== null) this.tell({ kind: 'alive', promptId });
      return;
    }
    const event = decodeTextFrame(frame.toString('utf8'));
    if (event) this.tell({ kind: 'event', promptId: promptIdOf(event), event });
  }

  private onClose(cause: Error | undefined): void {
    const wasOpen = this.opened;
    this.opened = false;
    this.failures += 1;
    this.opening?.settle(new TaskFailure('engine_unreachable', 'The engine socket did not open', { cause }));
    this.opening = null;
    this.tell({ kind: 'closed' });
    if (!this.wanted) return;
    const steps = Math.min(this.failures - 1, 20);
    // Between half and all of the pause, so that many workers do not come back to a restarted engine at once.
    const pauseMs =
      Math.min(this.times.maxRetryMs, this.times.retryMs * 2 ** steps) * (0.5 + Math.random() / 2);
    const details = { wasOpen, pauseMs: Math.round(pauseMs), cause: cause?.message };
    this.logger[wasOpen ? 'warn' : 'debug'](details, 'engine socket closed');
    this.retryTimer = setTimeout(() => this.attempt(), pauseMs);
    this.retryTimer.unref();
  }

  /** Pings until the socket closes; one that is not answered in time ends the socket. Returns the stop. */
  private keepAlive(ws: WebSocket): () => void {
    let pongTimer: NodeJS.Timeout | undefined;
    const pingTimer = setInterval(() => {
      ws.ping();
      pongTimer ??= setTimeout(() => ws.terminate(), this.times.pongMs);
    }, this.times.pingMs);
    ws.on('pong', () => {
      clearTimeout(pongTimer);
      pongTimer = undefined;
    });
    return () => {
      clearInterval(pingTimer);
      clearTimeout(pongTimer);
    };
  }

  private tell(message: SocketMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}

function deferred(): { promise: Promise<void>; settle: (error?: Error) => void } {
  const events = new EventEmitter();
  const promise = new Promise<void>((resolve, reject) => {
    events.once('settle', (error?: Error) => (error ? reject(error) : resolve()));
  });
  // Whoever waits hears of it; a background attempt that nobody waits for may fail.
  promise.catch(() => undefined);
  return { promise, settle: (error) => void events.emit('settle', error) };
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
