import type { ComfyCall } from './comfy-http.js';
import type { ComfyLogger } from './comfy-logger.js';
import type { ComfyPace } from './comfy-pace.js';
import type { SocketTimes } from './comfy-socket.js';

/** How long a call may take in all, body included. */
export interface ComfyTimeouts extends SocketTimes {
  /** Small calls: stats, queue, history, cancel. */
  callMs: number;
  /** POST /prompt validates the graph and may read the image's hash. */
  submitMs: number;
  /** An upload; the engine takes 100 MiB at most by default. */
  uploadMs: number;
  /** A download of one result. */
  viewMs: number;
}

/** For an engine on the same machine or local network. */
export const DEFAULT_TIMEOUTS: ComfyTimeouts = {
  callMs: 10_000,
  submitMs: 30_000,
  uploadMs: 60_000,
  viewMs: 120_000,
  openMs: 5_000,
  pingMs: 10_000,
  pongMs: 10_000,
  retryMs: 500,
  maxRetryMs: 30_000,
};

/** All optional; a client without any is ready for an engine on the local network. */
export interface ComfyClientOptions {
  /** For the first socket only; every later one gets a fresh id. Leave it out: a shared id deafens sockets. */
  clientId?: string;
  timeouts?: Partial<ComfyTimeouts>;
  /** How often prompts are asked for; made for tests that cannot wait. */
  pace?: Partial<ComfyPace>;
  logger?: ComfyLogger;
  /** Told of every HTTP call that has ended. */
  onCall?: (call: ComfyCall) => void;
}
