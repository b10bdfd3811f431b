import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReplayEngine } from './replay-engine.js';
import type { Call, CallFault, ReplayPlan } from './replay-plan.js';
import { ReplayPlayer } from './replay-player.js';
import { ReplaySockets } from './replay-sockets.js';
import type { Replay } from './replay.js';

interface Reply {
  status: number;
  body: unknown;
  /** How the server says that there is no such prompt. */
  lie?: { status: number; body: unknown };
  /** It tells the end of the prompt. */
  tells?: boolean;
}

const PAGE = '<html><body>Welcome</body></html>';
const DELAY_MS = 25;

/** The bytes of a file of a replayed engine. */
export function bytesOf(filename: string): Buffer {
  return Buffer.from(`the picture ${filename}`);
}

/** A recorded ComfyUI on a loopback port: HTTP and WebSocket, true to its recording, disturbed as the plan says. */
export class ReplayServer {
  readonly engine: ReplayEngine;
  readonly player: ReplayPlayer;
  /** Downloads that were not answered as they should be. */
  brokenViews = 0;
  /** Every call, for the failure's message. */
  readonly calls: string[] = [];
  private readonly sockets: ReplaySockets;
  private readonly http: Server;
  private readonly counts = new Map<Call, number>();
  private port = 0;

  private constructor(
    private readonly replay: Replay,
    private readonly plan: ReplayPlan,
  ) {
    this.engine = new ReplayEngine(replay, plan.has ?? replay.has);
    this.sockets = new ReplaySockets(this.engine, plan);
    this.player = new ReplayPlayer(replay, plan, this.engine, this.sockets);
    this.http = createServer((request, response) => void this.serve(request, response));
    this.http.on('upgrade', (request, raw, head) => this.sockets.onUpgrade(request, raw, head));
  }

  static async start(replay: Replay, plan: ReplayPlan): Promise<ReplayServer> {
    const server = new ReplayServer(replay, plan);
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.port = (server.http.address() as AddressInfo).port;
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.player.stop();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const method = request.method ?? '';
    const url = new URL(request.url ?? '', this.url);
    const body = Buffer.concat(chunks).toString('utf8');
    const call = callOf(method, url.pathname);
    const fault = call && this.faultOf(call);
    this.calls.push(`${method} ${url.pathname}${fault ? ` (${fault})` : ''}`);
    if (fault === 'never') return;
    if (fault === 'delay') await sleep(DELAY_MS);
    if (this.engine.isDown || fault === 'reset') {
      if (call === 'view') this.brokenViews += 1;
      request.socket.destroy();
      return;
    }
    const isDone = fault !== '500' && fault !== 'html' && fault !== 'empty' && fault !== 'json';
    const reply = isDone ? this.reply(method, url, body) : { status: 200, body: '' };
    if (call === 'view' && fault && fault !== 'delay') this.brokenViews += 1;
    answer(response, reply, fault, () => {
      this.engine.isTold = true;
    });
  }

  private faultOf(call: Call): CallFault | undefined {
    const nth = (this.counts.get(call) ?? 0) + 1;
    this.counts.set(call, nth);
    return this.plan.http.find((each) => each.call === call && each.nth === nth)?.fault;
  }

  private reply(method: string, url: URL, body: string): Reply {
    const { engine } = this;
    const [, , room = '', id = '', action = ''] = url.pathname.split('/');
    const key = `${method} ${room}`;
    if (key === 'POST prompt') return this.accept(body);
    if (key === 'GET queue') return { status: 200, body: engine.queue() };
    if (key === 'POST queue') return this.dequeue((JSON.parse(body) as { delete?: string[] }).delete ?? []);
    if (key === 'GET history') {
      const entries = engine.history(id);
      return {
        status: 200,
        body: entries,
        lie: { status: 200, body: {} },
        tells: Object.keys(entries).length > 0,
      };
    }
    if (key === 'POST interrupt') {
      if (engine.interrupt((JSON.parse(body) as { prompt_id?: string }).prompt_id)) this.player.interrupt();
      return { status: 200, body: '' };
    }
    if (room === 'jobs' && action === 'cancel') return this.cancel(id);
    if (room === 'jobs') {
      const lie = { status: 404, body: { error: 'Job not found' } };
      return engine.has.jobs ? { ...engine.job(id), lie } : { status: 404, body: '404: Not Found' };
    }
    if (key === 'GET view' && !this.replay.filesAreGone) {
      return { status: 200, body: bytesOf(url.searchParams.get('filename') ?? '') };
    }
    return { status: 404, body: '' };
  }

  private accept(body: string): Reply {
    const { prompt_id, client_id } = JSON.parse(body) as { prompt_id: string; client_id: string };
    this.engine.accept(prompt_id, client_id);
    setImmediate(() => void this.player.play());
    return { status: 200, body: { prompt_id, number: 1, node_errors: {} } };
  }

  private dequeue(ids: string[]): Reply {
    if (ids.includes(this.engine.promptId) && this.engine.remove()) {
      this.engine.wasRemovedByUs = true;
      this.sockets.sendStatus();
    }
    return { status: 200, body: '' };
  }

  private cancel(id: string): Reply {
    if (!this.engine.has.cancel) return { status: 405, body: '405: Method Not Allowed' };
    const isOurs = id === this.engine.promptId;
    if (isOurs && this.engine.truth === 'pending') this.dequeue([id]);
    else if (isOurs && this.engine.truth === 'running') this.player.interrupt();
    else return { status: 200, body: { cancelled: false } };
    return { status: 200, body: { cancelled: true } };
  }
}

function callOf(method: string, path: string): Call | null {
  const [, , room = '', , action] = path.split('/');
  if (method === 'POST') return room === 'prompt' ? 'submit' : 'cancel';
  if (room === 'jobs') return action === 'cancel' ? 'cancel' : 'jobs';
  return room === 'queue' || room === 'history' || room === 'view' ? room : null;
}

function answer(
  response: ServerResponse,
  reply: Reply,
  fault: CallFault | null | undefined,
  told: () => void,
): void {
  const { socket } = response;
  const send = (status: number, body: unknown, type?: string): void => {
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = isRaw ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
    response.writeHead(status, {
      'Content-Type': type ?? (isRaw ? 'application/octet-stream' : 'application/json'),
      'Content-Length': bytes.length,
    });
    if (fault === 'half') response.write(bytes.subarray(0, bytes.length >> 1), () => socket?.destroy());
    else response.end(bytes);
  };
  if (fault === 'reset_after') socket?.destroy();
  else if (fault === '500')
    send(500, '500 Internal Server Error\n\nServer got itself in trouble', 'text/plain');
  else if (fault === '502_after') send(502, 'bad gateway', 'text/plain');
  else if (fault === 'html' || fault === 'html_after') send(200, PAGE, 'text/html');
  else if (fault === 'empty') send(200, '');
  else if (fault === 'json') send(200, { hello: 'world' });
  else if (fault === 'lie') send(reply.lie?.status ?? 404, reply.lie?.body ?? '');
  else {
    if (reply.tells === true && fault !== 'half') response.once('finish', told);
    send(reply.status, reply.body);
  }
}
