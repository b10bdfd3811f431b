import type { LiveMessage, TaskView } from '@app/contracts';
import { WebSocket } from 'ws';

/** A socket that has more than this unsent does not read; it is closed and may come back. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

interface Watch {
  ids: Set<string>;
  types: Set<string>;
  /** The place that each waiting task was last told in. */
  places: Map<string, number>;
  /** The tasks that were last told as delayed. */
  delayed: Set<string>;
  /** False from a ping until its pong. */
  alive: boolean;
}

/** The sockets that this process holds, and the tasks that each of them watches. */
export class Watchers {
  private readonly watches = new Map<WebSocket, Watch>();

  add(socket: WebSocket): void {
    const watch: Watch = {
      ids: new Set(),
      types: new Set(),
      places: new Map(),
      delayed: new Set(),
      alive: true,
    };
    this.watches.set(socket, watch);
    socket.on('pong', () => (watch.alive = true));
  }

  remove(socket: WebSocket): void {
    this.watches.delete(socket);
  }

  has(socket: WebSocket): boolean {
    return this.watches.has(socket);
  }

  /** From now on this socket hears of these tasks and no others. */
  watch(socket: WebSocket, ids: string[], types: string[]): void {
    const watch = this.watches.get(socket);
    if (!watch) return;
    watch.ids = new Set(ids);
    watch.types = new Set(types);
    watch.places.clear();
    watch.delayed.clear();
  }

  of(taskId: string): WebSocket[] {
    return [...this.watches].filter(([, watch]) => watch.ids.has(taskId)).map(([socket]) => socket);
  }

  /** Who watches a task of this type, with the watched tasks whose place is not the one that was last told. */
  moved(type: string, places: ReadonlyMap<string, number>): { socket: WebSocket; ids: string[] }[] {
    return [...this.watches]
      .filter(([, watch]) => watch.types.has(type))
      .map(([socket, watch]) => {
        const waiting = [...watch.ids].filter((id) => places.has(id));
        return { socket, ids: waiting.filter((id) => watch.places.get(id) !== places.get(id)) };
      })
      .filter(({ ids }) => ids.length > 0);
  }

  hasType(type: string): boolean {
    return [...this.watches.values()].some((watch) => watch.types.has(type));
  }

  /** The tasks that anybody watches and was last told as delayed. */
  toldDelayed(): string[] {
    return [...new Set([...this.watches.values()].flatMap((watch) => [...watch.delayed]))];
  }

  send(socket: WebSocket, view: TaskView): void {
    const watch = this.watches.get(socket);
    if (view.delayed_by === null) watch?.delayed.delete(view.id);
    else watch?.delayed.add(view.id);
    if (view.queue_position === null) watch?.places.delete(view.id);
    else watch?.places.set(view.id, view.queue_position);
    this.sendMessage(socket, { event: 'task', data: view });
  }

  sendMessage(socket: WebSocket, message: LiveMessage): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      socket.terminate();
      return;
    }
    socket.send(JSON.stringify(message));
  }

  /** Ends the sockets that did not answer the last ping, and pings the others. */
  pingAll(): void {
    for (const [socket, watch] of this.watches) {
      if (!watch.alive) {
        socket.terminate();
        continue;
      }
      watch.alive = false;
      socket.ping();
    }
  }
}
