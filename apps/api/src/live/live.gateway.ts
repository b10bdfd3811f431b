import { LIVE_PATH } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject } from '@nestjs/common';
import { OnGatewayConnection, OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../access/caller.js';
import { LOGGER } from '../logger.token.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Heartbeat } from './heartbeat.js';
import { LiveDesk } from './live-desk.js';
import { hasTooManyHeaders, LiveDoor } from './live-door.js';
import { MESSAGE_BYTES, SocketClient } from './socket-client.js';
import { SocketSink } from './socket-sink.js';
import { refuseUpgrade, sendRefusal } from './upgrade-refusal.js';

/** A client that is told to go has so long to answer before its connection is cut. */
const CLOSE_MS = 5000;

/** The live socket. Who may open one is found out while it is still an HTTP request, so that a refusal has a status. */
@WebSocketGateway({
  path: LIVE_PATH,
  maxPayload: MESSAGE_BYTES,
  perMessageDeflate: false,
  closeTimeout: CLOSE_MS,
})
export class LiveGateway implements OnGatewayInit<WebSocketServer>, OnGatewayConnection<WebSocket> {
  private readonly admitted = new WeakMap<IncomingMessage, Caller>();

  constructor(
    private readonly door: LiveDoor,
    private readonly desk: LiveDesk,
    private readonly heartbeat: Heartbeat,
    private readonly metrics: LiveMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  afterInit(server: WebSocketServer): void {
    server.options.verifyClient = ({ req }, answer) => void this.verify(req, answer);
    // What is no handshake, or has lost a header of it because there were too many.
    server.on('wsClientError', (_error: Error, socket: Duplex, request: IncomingMessage) => {
      const text = hasTooManyHeaders(request) ? 'request_too_large.headers' : 'invalid_request';
      sendRefusal(socket, refuseUpgrade(new ProblemException(text), request, this.logger));
    });
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const caller = this.admitted.get(request)!;
    const sink = new SocketSink(socket, this.metrics);
    const subscriber = this.desk.enter(caller, sink);
    sink.onDrained = () => subscriber.drained();
    const client = new SocketClient(socket, subscriber, this.desk);
    this.metrics.opened('websocket');
    this.heartbeat.add(socket, subscriber);
    socket.on('message', (data: Buffer, isBinary) => client.hear(data, isBinary));
    socket.on('ping', () => client.count());
    socket.on('error', (error) => this.logger.debug({ err: error }, 'a live socket failed'));
    socket.once('close', () => {
      this.heartbeat.remove(socket);
      this.desk.leave(subscriber);
      this.metrics.closed('websocket');
    });
  }

  private async verify(
    request: IncomingMessage,
    answer: (accept: boolean, status?: number, body?: string, headers?: Record<string, string>) => void,
  ): Promise<void> {
    try {
      this.admitted.set(request, await this.door.admitSocket(request));
      answer(true);
    } catch (error) {
      const { status, body, headers } = refuseUpgrade(error, request, this.logger);
      answer(false, status, JSON.stringify(body), headers);
    }
  }
}
