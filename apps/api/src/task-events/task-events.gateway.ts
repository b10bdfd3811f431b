import { LIVE_MAX_WATCHED, LIVE_PATH } from '@app/contracts';
import type { LiveEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  OnGatewayConnection,
  OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { BrokerReach } from '../broker/broker-reach.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { isForeignHost, isForeignOrigin } from '../security/foreign-site.js';
import { TaskViews } from '../tasks/task-views.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { LiveProgress } from './live-progress.js';
import { liveWatchSchema } from './live-watch.schema.js';
import { Watchers } from './watchers.js';

/** Places are told at most so often: one finished task moves everybody who waits behind it. */
const PLACES_EVERY_MS = 250;
/** A browser that vanished without a word is noticed after two of these. */
const PING_EVERY_MS = 30_000;

/** Tells the browsers that watch a task what it looks like now, after each change. */
@Injectable()
@WebSocketGateway({ path: LIVE_PATH, maxPayload: 64 * 1024, perMessageDeflate: false })
export class TaskEventsGateway
  implements OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket>, BeforeApplicationShutdown
{
  private readonly watchers = new Watchers();
  private readonly movedTypes = new Map<string, NodeJS.Timeout>();
  private readonly pinging = setInterval(() => this.watchers.pingAll(), PING_EVERY_MS).unref();

  constructor(
    private readonly tasks: TasksStore,
    private readonly views: TaskViews,
    private readonly progress: LiveProgress,
    reach: BrokerReach,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    reach.onChange((away) => this.inBackground(() => this.pushDelays(away)));
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.pinging);
    for (const timer of this.movedTypes.values()) clearTimeout(timer);
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    if (isForeignHost(request.headers, this.env) || isForeignOrigin(request.headers, this.env)) {
      socket.close(1008, 'origin not allowed');
      return;
    }
    socket.on('error', (error) => this.logger.debug({ err: error }, 'a live socket failed'));
    this.watchers.add(socket);
  }

  handleDisconnect(socket: WebSocket): void {
    this.watchers.remove(socket);
  }

  @SubscribeMessage('watch')
  async watch(socket: WebSocket, data: unknown): Promise<void> {
    if (!this.watchers.has(socket)) return;
    const parsed = liveWatchSchema.safeParse(data);
    if (!parsed.success) {
      const message = 'Send {"task_ids": [ids]}.';
      this.watchers.sendMessage(socket, { event: 'error', data: { code: 'malformed', message } });
      return;
    }
    const ids = parsed.data.task_ids;
    if (ids.length > LIVE_MAX_WATCHED) {
      const message = `A socket may watch ${LIVE_MAX_WATCHED} tasks.`;
      this.watchers.sendMessage(socket, { event: 'error', data: { code: 'too_many', message } });
      return;
    }
    const rows = await this.tasks.findMany(ids);
    const types = [...new Set(rows.map((row) => row.type))];
    this.watchers.watch(socket, ids, types);
    const places = new Map<string, number>();
    for (const type of types) for (const [id, place] of await this.tasks.places(type)) places.set(id, place);
    for (const view of await this.views.ofAll(rows, places)) this.watchers.send(socket, view);
  }

  /** Something happened to a task: pushes it now, and soon the places of those who wait in the same line. */
  hear(event: LiveEvent): void {
    if (event.kind === 'progress') this.progress.set(event.taskId, event.run, event.progress);
    this.inBackground(() => this.pushTasks([event.taskId]));
    if (event.kind === 'changed' && !this.movedTypes.has(event.taskType)) {
      const push = () => {
        this.movedTypes.delete(event.taskType);
        this.inBackground(() => this.pushPlaces(event.taskType));
      };
      this.movedTypes.set(event.taskType, setTimeout(push, PLACES_EVERY_MS).unref());
    }
  }

  private async pushTasks(taskIds: readonly string[]): Promise<void> {
    const watched = taskIds.filter((id) => this.watchers.of(id).length > 0);
    for (const view of await this.views.ofAll(await this.tasks.findMany(watched))) {
      for (const socket of this.watchers.of(view.id)) this.watchers.send(socket, view);
    }
  }

  private async pushPlaces(type: string): Promise<void> {
    if (!this.watchers.hasType(type)) return;
    const places = await this.tasks.places(type);
    for (const { socket, ids } of this.watchers.moved(type, places)) {
      const views = await this.views.ofAll(await this.tasks.findMany(ids), places);
      for (const view of views) this.watchers.send(socket, view);
    }
  }

  /** The broker went away: tells the tasks that wait for it. It is back: tells those that were told so. */
  private async pushDelays(away: boolean): Promise<void> {
    await this.pushTasks(away ? await this.views.delayedIds() : this.watchers.toldDelayed());
  }

  private inBackground(push: () => Promise<void>): void {
    push().catch((error: unknown) => this.logger.error({ err: error }, 'a change could not be pushed'));
  }
}
