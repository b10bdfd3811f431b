import type { ComfyEvent, ComfyGraph, DeviceInfo, NodeErrors, QueueItem } from '@app/comfyui';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { FakePrompt } from './fake-comfyui-prompt.js';
import { ddcolorNodes } from './fake-nodes.js';

/** A request as the fake saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface FakeAnswer {
  status: number;
  body?: unknown;
  /** Ends the connection without an answer. */
  drop?: boolean;
}

interface FakeSocket {
  clientId: string;
  ws: WebSocket;
  firstFrame: string | null;
}

export interface FakeComfyOptions {
  /** Has GET /api/jobs/{id} (ComfyUI v0.6.0). */
  hasJobs?: boolean;
  /** Has POST /api/jobs/{id}/cancel (v0.26.0). */
  hasCancel?: boolean;
  /** False: an interrupt hits whatever runs, whichever prompt it names (before v0.3.57). */
  hasAimedInterrupt?: boolean;
  port?: number;
}

const CPU: DeviceInfo = {
  name: 'cpu',
  type: 'cpu',
  index: null,
  vram_total: 8_000_000_000,
  vram_free: 4_000_000_000,
  torch_vram_total: 8_000_000_000,
  torch_vram_free: 4_000_000_000,
};

/** A card of 24 GB; what is held of it, by others and by the engine itself, in shares of the whole. */
export function gpu({ heldByOthers = 0, heldByEngine = 0 }): DeviceInfo {
  const vram_total = 24_000_000_000;
  return {
    name: 'cuda:0 NVIDIA : cudaMallocAsync',
    type: 'cuda',
    index: 0,
    vram_total,
    vram_free: vram_total * (1 - heldByOthers - heldByEngine),
    torch_vram_total: vram_total * heldByEngine,
    torch_vram_free: 0,
  };
}

/** A ComfyUI server that does what a test tells it, over real HTTP and WebSocket on a loopback port. */
export class FakeComfy {
  readonly requests: SeenRequest[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly prompts: FakePrompt[] = [];
  readonly history = new Map<string, unknown>();
  /** Of all folders, by name alone. */
  readonly files = new Map<string, Buffer>();
  /** What happens with an accepted prompt; awaited by nobody, as in ComfyUI. */
  script: (prompt: FakePrompt) => void | Promise<void> = () => undefined;
  /** Answers instead of the fake when it returns something. */
  intercept: (request: SeenRequest) => FakeAnswer | Promise<FakeAnswer | undefined> | undefined = () =>
    undefined;
  /** False: sockets get no frame at all after their first one. */
  isTalking = true;
  ignoresInterrupts = false;
  /** Node errors of the next accepted prompts. */
  nodeErrors: NodeErrors = {};
  builtInEngine: { version: string; colouring: string } | undefined;
  port = 0;
  /** Its node classes, as GET /object_info has them. */
  nodes = ddcolorNodes();
  /** Its one device. */
  device = CPU;
  /** What it says that runs and waits; without it, what does. */
  queueRemaining: number | undefined;
  private readonly http: Server;
  private readonly wss: WebSocketServer;

  private constructor(private readonly options: FakeComfyOptions) {
    this.http = createServer((request, response) => void this.handle(request, response));
    this.wss = new WebSocketServer({ server: this.http, path: '/ws' });
    this.wss.on('connection', (ws, request) => this.onSocket(ws, request));
  }

  static async start(options: FakeComfyOptions = {}): Promise<FakeComfy> {
    const fake = new FakeComfy(options);
    await new Promise<void>((resolve) => fake.http.listen(options.port ?? 0, '127.0.0.1', resolve));
    fake.port = (fake.http.address() as AddressInfo).port;
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How often this was asked; `/api` in front is left out. */
  count(method: string, path: RegExp): number {
    return this.requests.filter((request) => request.method === method && path.test(request.path)).length;
  }

  sendTo(clientId: string, event: ComfyEvent): void {
    const socket = this.heard().get(clientId);
    if (socket) this.frame(socket, event);
  }

  /** To everybody, as ComfyUI does with `status` and with prompts without a client id. */
  broadcast(event: ComfyEvent): void {
    for (const ws of this.heard().values()) this.frame(ws, event);
  }

  broadcastStatus(): void {
    const queue_remaining = this.prompts.filter(({ state }) => state !== 'finished').length;
    this.broadcast({ type: 'status', data: { status: { exec_info: { queue_remaining } } } });
  }

  cutSockets(): void {
    for (const { ws } of this.sockets) ws.terminate();
  }

  /** What a restart of the server does: queue and history are gone, sockets cut. */
  forgetEverything(): void {
    this.prompts.length = 0;
    this.history.clear();
    this.cutSockets();
  }

  async close(): Promise<void> {
    this.cutSockets();
    this.wss.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private onSocket(ws: WebSocket, request: IncomingMessage): void {
    const clientId = new URL(request.url ?? '', this.url).searchParams.get('clientId') ?? '';
    const socket: FakeSocket = { clientId, ws, firstFrame: null };
    this.sockets.push(socket);
    ws.on('message', (data) => {
      socket.firstFrame ??= (data as Buffer).toString('utf8');
    });
    const status = { exec_info: { queue_remaining: 0 } };
    ws.send(JSON.stringify({ type: 'status', data: { status, sid: clientId } }));
  }

  /** Of two sockets with one client id ComfyUI knows the newer only. */
  private heard(): Map<string, WebSocket> {
    return new Map(this.sockets.map(({ clientId, ws }) => [clientId, ws]));
  }

  private frame(ws: WebSocket, event: ComfyEvent): void {
    if (this.isTalking && ws.readyState === ws.OPEN) ws.send(JSON.stringify(event));
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const path = (incoming.url ?? '/').replace(/^\/api(?!\/jobs)/, '');
    const request = {
      method: incoming.method ?? '',
      path,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    this.requests.push(request);
    const answer = (await this.intercept(request)) ?? this.answer(request);
    if (answer.drop === true) {
      incoming.socket.destroy();
      return;
    }
    const { body } = answer;
    const isRaw = Buffer.isBuffer(body) || typeof body === 'string' || body === undefined;
    response.writeHead(answer.status, { 'Content-Type': isRaw ? 'text/plain' : 'application/json' });
    response.end(isRaw ? body : JSON.stringify(body));
  }

  /** The usual answer; also for interceptors that only listen. */
  answer({ method, path, body }: SeenRequest): FakeAnswer {
    const url = new URL(path, this.url);
    const [first = '', second = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (first === 'api') return this.answerJobs(method, url.pathname);
    const key = `${method} ${first}`;
    if (key === 'POST prompt') return this.accept(body);
    if (key === 'GET prompt')
      return ok({
        exec_info: { queue_remaining: this.queueRemaining ?? this.inState('pending', 'running').length },
      });
    if (key === 'GET queue')
      return ok({ queue_running: this.items('running'), queue_pending: this.items('pending') });
    if (key === 'GET history')
      return ok(this.history.has(second) ? { [second]: this.history.get(second) } : {});
    if (key === 'GET system_stats') return ok(this.stats());
    if (key === 'GET object_info') return ok(second in this.nodes ? { [second]: this.nodes[second] } : {});
    if (key === 'POST history') return this.forget((JSON.parse(String(body)) as { delete: string[] }).delete);
    if (key === 'POST upload') return this.upload(body);
    if (key === 'POST queue') return this.dequeue((JSON.parse(String(body)) as { delete: string[] }).delete);
    if (key === 'POST interrupt')
      return this.interrupt((JSON.parse(String(body)) as { prompt_id: string }).prompt_id);
    if (key === 'POST free') return { status: 200 };
    const file = key === 'GET view' ? this.files.get(url.searchParams.get('filename') ?? '') : undefined;
    return file ? { status: 200, body: file } : { status: 404 };
  }

  private answerJobs(method: string, path: string): FakeAnswer {
    const [, id = '', action] = /^\/api\/jobs\/([^/]+)(\/cancel)?$/.exec(path) ?? [];
    const prompt = this.prompts.find((each) => each.id === id);
    if (method === 'POST' && action !== undefined) {
      if (this.options.hasCancel === false) return { status: 405, body: '405: Method Not Allowed' };
      const cancelled = prompt !== undefined && prompt.state !== 'finished';
      if (prompt?.state === 'pending') this.dequeue([id]);
      else this.interrupt(id);
      return ok({ cancelled });
    }
    if (this.options.hasJobs === false) return { status: 404, body: '404: Not Found' };
    if (!prompt) return { status: 404, body: { error: 'Job not found' } };
    const status = { pending: 'pending', running: 'in_progress', finished: 'completed' }[prompt.state];
    return ok({ id, status, priority: 0, create_time: 1, outputs_count: 0 });
  }

  private accept(body: Buffer): FakeAnswer {
    const { prompt_id, client_id, prompt } = JSON.parse(String(body)) as {
      prompt_id: string;
      client_id: string;
      prompt: ComfyGraph;
    };
    const accepted = new FakePrompt(this, prompt_id, client_id, prompt);
    this.prompts.push(accepted);
    this.broadcastStatus();
    setImmediate(() => void this.script(accepted));
    return ok({ prompt_id, number: this.prompts.length, node_errors: this.nodeErrors });
  }

  private upload(body: Buffer): FakeAnswer {
    const text = body.toString('latin1');
    const field = (name: string): string =>
      new RegExp(`name="${name}"(?:\\r\\n[^\\r\\n]+)*\\r\\n\\r\\n([^\\r]*)`).exec(text)?.[1] ?? '';
    const wanted = /filename="([^"]*)"/.exec(text)?.[1] ?? '';
    const start = text.indexOf('\r\n\r\n', text.indexOf('filename=')) + 4;
    const boundary = text.slice(0, text.indexOf('\r\n'));
    const bytes = body.subarray(start, text.indexOf(`\r\n${boundary}`, start));
    const name = field('overwrite') === 'true' ? wanted : this.freeName(wanted, bytes);
    this.files.set(name, bytes);
    return ok({ name, subfolder: field('subfolder'), type: field('type') });
  }

  private freeName(wanted: string, bytes: Buffer): string {
    for (let copy = 0; ; copy++) {
      const name = copy === 0 ? wanted : wanted.replace(/(\.[^.]*)?$/, ` (${copy})$1`);
      if (this.files.get(name)?.equals(bytes) ?? true) return name;
    }
  }

  private forget(ids: string[]): FakeAnswer {
    for (const id of ids) this.history.delete(id);
    return { status: 200 };
  }

  private dequeue(ids: string[]): FakeAnswer {
    for (const id of ids) {
      const index = this.prompts.findIndex((prompt) => prompt.id === id && prompt.state === 'pending');
      if (index >= 0) this.prompts.splice(index, 1);
    }
    this.broadcastStatus();
    return { status: 200 };
  }

  private interrupt(id: string): FakeAnswer {
    const isHit = (each: FakePrompt): boolean => this.options.hasAimedInterrupt === false || each.id === id;
    const prompt = this.prompts.find((each) => isHit(each) && each.state === 'running');
    if (!this.ignoresInterrupts) prompt?.interrupt();
    return { status: 200 };
  }

  private inState(...states: FakePrompt['state'][]): FakePrompt[] {
    return this.prompts.filter(({ state }) => states.includes(state));
  }

  private items(state: FakePrompt['state']): QueueItem[] {
    return this.inState(state).map((prompt) => prompt.item());
  }

  private stats(): unknown {
    const system = {
      comfyui_version: '0.27.1',
      ...(this.builtInEngine && { built_in_engine: this.builtInEngine }),
    };
    return { system, devices: [this.device] };
  }
}

function ok(body: unknown): FakeAnswer {
  return { status: 200, body };
}
