import { isLoopback, type Logger } from '@app/runtime';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Colouriser } from './colour/colouriser.js';
import { FEATURES, type EngineParts } from './engine-parts.js';
import { createApp } from './http/app.js';
import { isForeign } from './http/origin-guard.js';
import { createNodeRegistry } from './nodes/node-registry.js';
import type { NodeDefinition } from './nodes/node.js';
import { filesInUse } from './prompts/files-in-use.js';
import { DEFAULT_CACHE_BYTES, NodeCache } from './prompts/node-cache.js';
import { PromptHistory } from './prompts/prompt-history.js';
import { PromptQueue } from './prompts/prompt-queue.js';
import { PromptRunner } from './prompts/prompt-runner.js';
import { PromptTraces } from './prompts/prompt-traces.js';
import { SocketServer } from './socket/socket-server.js';
import { EngineFolders } from './storage/engine-folders.js';
import { OldFiles } from './storage/old-files.js';

/** What an engine is made of. */
export interface EngineOptions {
  /** Gets the folders input, output, temp and uploads; `listen` empties the last two. One engine per folder. */
  dir: string;
  /** Closed together with the engine. */
  colouriser: Colouriser;
  logger: Logger;
  /** Node classes beside the built-in ones. */
  extraNodes?: readonly NodeDefinition[];
  /** How many bytes of pixels are kept between prompts. 0 keeps none. Default 32 MiB. */
  cacheBytes?: number;
  /** How long pictures are kept. Default 1 hour. */
  keepMs?: number;
}

/** The built-in engine: a server that speaks ComfyUI's protocol. */
export interface Engine {
  /** Starts to listen; port 0 takes a free one. Gives the port. Rejects with EADDRINUSE if it is taken. */
  listen(port: number, host: string): Promise<number>;
  /** Interrupts what runs, says goodbye to all clients and lets go of everything. */
  close(): Promise<void>;
}

const DEFAULT_KEEP_MS = 3_600_000;

/** How long clients may take to answer the goodbye. */
const GOODBYE_MS = 1000;

/** Makes an engine, which does not listen yet. Rejects if its folders cannot be made. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { colouriser, logger } = options;
  const folders = new EngineFolders(options.dir);
  await folders.create();
  const registry = createNodeRegistry(options.extraNodes);
  const history = new PromptHistory();
  const traces = new PromptTraces();
  const cache = new NodeCache(options.cacheBytes ?? DEFAULT_CACHE_BYTES);
  const queue: PromptQueue = new PromptQueue(() => {
    sockets.send({ type: 'status', data: { status: { exec_info: { queue_remaining: queue.length } } } });
  });
  const sockets: SocketServer = new SocketServer({
    queueRemaining: () => queue.length,
    nodeOf: (clientId) => runner.nodeOf(clientId),
    features: FEATURES,
  });
  const scope = { registry, folders, colouriser, cache };
  const runner: PromptRunner = new PromptRunner(queue, history, scope, sockets, logger, traces);
  const oldFiles = new OldFiles({
    folders,
    keepMs: options.keepMs ?? DEFAULT_KEEP_MS,
    inUse: () => filesInUse([...(queue.current ? [queue.current] : []), ...queue.waiting], folders),
    onDeleted: () => cache.clear(),
    logger,
  });
  const parts: EngineParts = { registry, folders, colouriser, cache, queue, history, runner, traces };

  let loopbackOnly = true;
  const app = createApp(parts, () => loopbackOnly, logger);
  let prepared: Promise<void> = Promise.resolve();
  const server = createServer((request, response) => {
    prepared.then(
      () => app(request, response),
      () => response.destroy(), // `listen` rejects with the reason
    );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node takes its own listener off; without one a client that hangs up here would end the process.
    socket.on('error', () => socket.destroy());
    const clientId = socketClient(request.url ?? '');
    if (clientId !== undefined && !isForeign(request.headers, loopbackOnly)) {
      sockets.accept(request, socket, head, clientId);
    } else {
      const status = clientId === undefined ? '404 Not Found' : '403 Forbidden';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
  });

  return {
    async listen(port, host) {
      loopbackOnly = isLoopback(host);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          // Not before the port is ours: an engine that runs already may be using these folders.
          prepared = folders.emptyTemporary();
          resolve();
        });
      });
      await prepared;
      oldFiles.start();
      return (server.address() as AddressInfo).port;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await runner.close();
      sockets.close();
      server.closeIdleConnections();
      const force = setTimeout(() => {
        sockets.terminate();
        server.closeAllConnections();
      }, GOODBYE_MS);
      await closed;
      clearTimeout(force);
      await oldFiles.close();
      await folders.emptyTemporary();
      await colouriser.close();
    },
  };
}

/** The client id in a socket's address ('' if it has none), or undefined if that is no socket's address. */
function socketClient(address: string): string | undefined {
  const [path, query] = address.split('?', 2);
  if (path !== '/ws' && path !== '/api/ws') return undefined;
  return new URLSearchParams(query).get('clientId') ?? '';
}
