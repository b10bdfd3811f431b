import type { ComfyEvent, ServerFeatures } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { EventSink } from '../prompts/event-sink.js';

/** A client that lets this much pile up has stopped reading; its socket is cut, and it may come back. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Clients send nothing but a few flags. */
const MAX_CLIENT_MESSAGE_BYTES = 1024 * 1024;

/** What a socket needs to know when it opens. */
export interface SocketGreeting {
  queueRemaining(): number;
  /** The node that runs for this client, if any: told again after a reconnect. */
  nodeOf(clientId: string): string | undefined;
  features: ServerFeatures;
}

/**
 * The sockets at `/ws?clientId=…`, one per client id: a newer one with the same id gets all messages from then on.
 * When the older one closes at last, the newer one stays registered (a real server loses both then).
 * Messages are not compressed: they are small, and compression costs memory for each socket.
 */
export class SocketServer implements EventSink {
  private readonly server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_MESSAGE_BYTES,
  });
  private readonly clients = new Map<string, WebSocket>();

  constructor(private readonly greeting: SocketGreeting) {}

  /** An empty client id gets one made up. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, clientId: string): void {
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      this.register(webSocket, clientId || randomUUID().replaceAll('-', ''));
    });
  }

  send(event: ComfyEvent, clientId?: string): void {
    const receivers = clientId === undefined ? this.clients.values() : [this.clients.get(clientId)];
    const text = JSON.stringify(event);
    for (const receiver of receivers) if (receiver) sendText(receiver, text);
  }

  /** Says goodbye to everybody. */
  close(): void {
    for (const client of this.server.clients) client.close(1001);
    this.server.close();
  }

  /** Cuts whoever has not answered the goodbye. */
  terminate(): void {
    for (const client of this.server.clients) client.terminate();
  }

  private register(webSocket: WebSocket, sid: string): void {
    this.clients.set(sid, webSocket);
    webSocket.on('close', () => {
      if (this.clients.get(sid) === webSocket) this.clients.delete(sid);
    });
    // A broken frame or a dropped connection; `close` follows and is all that matters here.
    webSocket.on('error', () => webSocket.terminate());
    webSocket.once('message', (data, isBinary) => {
      if (!isBinary && asksForFeatures(data as Buffer)) {
        sendText(webSocket, JSON.stringify({ type: 'feature_flags', data: this.greeting.features }));
      }
    });
    const status = { exec_info: { queue_remaining: this.greeting.queueRemaining() } };
    sendText(webSocket, JSON.stringify({ type: 'status', data: { status, sid } }));
    const node = this.greeting.nodeOf(sid);
    if (node !== undefined) sendText(webSocket, JSON.stringify({ type: 'executing', data: { node } }));
  }
}

function sendText(webSocket: WebSocket, text: string): void {
  if (webSocket.readyState !== WebSocket.OPEN) return;
  if (webSocket.bufferedAmount > MAX_UNREAD_BYTES) webSocket.terminate();
  else webSocket.send(text);
}

function asksForFeatures(data: Buffer): boolean {
  try {
    const message: unknown = JSON.parse(data.toString('utf8'));
    return (message as { type?: unknown } | null)?.type === 'feature_flags';
  } catch {
    return false; // not JSON: a real server ignores it as well
  }
}
