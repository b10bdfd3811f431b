import { LIVE_MAX_WATCHED, LIVE_PATH, type LiveMessage } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import {
  OnGatewayConnection,
  OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { isForeignHost, isForeignOrigin } from '../security/foreign-site.js';
import { TaskViews } from '../tasks/task-views.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { liveWatchSchema } from './live-watch.schema.js';

/** A socket that has more than this unsent does not read; it is closed and may come back. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Tells the browsers that watch a task what it looks like now, after each change. */
@Injectable()
@WebSocketGateway({ path: LIVE_PATH, maxPayload: 64 * 1024, perMessageDeflate: false })
export class TaskEventsGateway implements OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  private readonly watched = new Map<WebSocket, { ids: Set<string>; types: Set<string> }>();

  constructor(
    private readonly tasks: TasksStore,
    private readonly views: TaskViews,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    if (isForeignHost(request.headers, this.env) || isForeignOrigin(request.headers, this.env)) {
      socket.close(1008, 'origin not allowed');
      return;
    }
    socket.on('error', (error) => this.logger.debug({ err: error }, 'a live socket failed'));
    this.watched.set(socket, { ids: new Set(), types: new Set() });
  }

  handleDisconnect(socket: WebSocket): void {
    this.watched.delete(socket);
  }

  @SubscribeMessage('watch')
  async watch(socket: WebSocket, data: unknown): Promise<void> {
    const watching = this.watched.get(socket);
    if (watching === undefined) return;
    const parsed = liveWatchSchema.safeParse(data);
    if (!parsed.success) {
      send(socket, { event: 'error', data: { code: 'malformed', message: 'Send {"task_ids": [ids]}.' } });
      return;
    }
    if (parsed.data.task_ids.length > LIVE_MAX_WATCHED) {
      const message = `A socket may watch ${LIVE_MAX_WATCHED} tasks.`;
      send(socket, { event: 'error', data: { code: 'too_many', message } });
      return;
    }
    watching.ids = new Set(parsed.data.task_ids);
    const rows = await this.tasks.findMany(parsed.data.task_ids);
    watching.types = new Set(rows.map((row) => row.type));
    for (const row of rows) send(socket, { event: 'task', data: await this.views.of(row) });
  }

  /** This task changed, and no other one. */
  taskChanged(taskId: string): void {
    const sockets = [...this.watched]
      .filter(([, watching]) => watching.ids.has(taskId))
      .map(([socket]) => socket);
    if (sockets.length > 0) this.pushInBackground(() => this.pushTasks([taskId], sockets));
  }

  /** This task changed its state, so the places of those who wait in the same line may have changed too. */
  lineMoved(taskId: string, taskType: string): void {
    for (const [socket, watching] of this.watched) {
      if (watching.ids.has(taskId) || watching.types.has(taskType)) {
        this.pushInBackground(() => this.pushTasks([...watching.ids], [socket], taskId));
      }
    }
  }

  /** Sends the tasks that are `changedId` or wait; what is finished was told when it finished. */
  private async pushTasks(ids: string[], sockets: WebSocket[], changedId?: string): Promise<void> {
    for (const row of await this.tasks.findMany(ids)) {
      if (changedId !== undefined && row.id !== changedId && row.state !== 'queued') continue;
      const message: LiveMessage = { event: 'task', data: await this.views.of(row) };
      for (const socket of sockets) send(socket, message);
    }
  }

  private pushInBackground(push: () => Promise<void>): void {
    push().catch((error: unknown) => this.logger.error({ err: error }, 'a change could not be pushed'));
  }
}

function send(socket: WebSocket, message: LiveMessage): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    socket.terminate();
    return;
  }
  socket.send(JSON.stringify(message));
}
