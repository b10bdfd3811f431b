import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocket } from 'ws';
import type { Subscriber } from './subscriber.js';

const PING_EVERY_MS = 20_000;
/** Every second some are asked, and not all at once. */
const GROUPS = 20;

interface Beat {
  subscriber: Subscriber;
  group: number;
  /** False from a ping until its pong. */
  alive: boolean;
}

/** Finds clients that vanished without a word: they are gone after at most two intervals. */
@Injectable()
export class Heartbeat implements BeforeApplicationShutdown {
  private readonly beats = new Map<WebSocket, Beat>();
  private readonly groups = Array.from({ length: GROUPS }, () => new Set<WebSocket>());
  private added = 0;
  private turn = 0;
  private readonly timer = setInterval(() => this.beat(), PING_EVERY_MS / GROUPS).unref();

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  add(socket: WebSocket, subscriber: Subscriber): void {
    this.added = (this.added + 1) % GROUPS;
    const beat: Beat = { subscriber, group: this.added, alive: true };
    this.beats.set(socket, beat);
    this.groups[beat.group]!.add(socket);
    socket.on('pong', () => (beat.alive = true));
  }

  remove(socket: WebSocket): void {
    const beat = this.beats.get(socket);
    if (beat) this.groups[beat.group]!.delete(socket);
    this.beats.delete(socket);
  }

  private beat(): void {
    this.turn = (this.turn + 1) % GROUPS;
    for (const socket of this.groups[this.turn]!) {
      const beat = this.beats.get(socket)!;
      // Where much is unread the ping has not arrived yet; such a client is judged by what it reads.
      if (!beat.alive && !beat.subscriber.isFull) {
        socket.terminate();
        continue;
      }
      beat.alive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }
  }
}
