import { Injectable } from '@nestjs/common';
import { Pauses } from '../pauses/pauses.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { BrokerOrder } from './broker-order.js';
import type { HandOver } from './hand-over.store.js';
import type { Line } from './line.js';
import type { LineEntry } from './line-entry.js';
import { LinesService } from './lines.service.js';
import { windowOf } from './window.js';

/** A task whose turn has come, and how it stood in its line before. */
export interface NextTask extends HandOver {
  type: string;
  held: LineEntry;
}

/** Whose turn it is: as many of each type as the broker should hold, in the order of the line. */
@Injectable()
export class NextTasks {
  private readonly order = new BrokerOrder();
  private roomListener: () => void = () => undefined;

  constructor(
    private readonly lines: LinesService,
    private readonly workers: LiveWorkers,
    private readonly pauses: Pauses,
  ) {
    lines.onMoved((type) => this.tellRoom(type));
    workers.onChange(() => this.roomListener());
    pauses.onChange(() => this.roomListener());
  }

  /** Calls back when somebody may be handed over. */
  onRoom(listener: () => void): void {
    this.roomListener = listener;
  }

  /** True where somebody waits who was not handed over and may be. */
  get any(): boolean {
    return this.lines.types.some(
      (type) => this.lines.of(type).heldCount > 0 && !this.pauses.isTypePaused(type),
    );
  }

  /** The next ones, `limit` at most, moved in their lines already. They are given back where it comes to nothing. */
  take(limit: number): NextTask[] {
    const taken: NextTask[] = [];
    for (const type of this.lines.types) {
      const line = this.lines.of(type);
      while (taken.length < limit) {
        const next = this.nextOf(type, line);
        if (next === undefined) break;
        const order = this.order.next();
        line.handOver(next.entry.id, order);
        const { entry: held, brokerClass } = next;
        taken.push({ id: held.id, type, order, brokerClass, held });
      }
    }
    return taken;
  }

  /** Puts them where the store says that they are, or back to where they were while it does not answer. */
  async giveBack(tasks: readonly NextTask[]): Promise<void> {
    for (const { id, type, held } of tasks) {
      try {
        await this.lines.hear(id, type);
      } catch {
        // The store's trouble is told by whoever wanted to write there; nobody may be missing from the line for it.
        this.lines.of(type).put(held);
      }
    }
  }

  private tellRoom(type: string): void {
    if (this.nextOf(type, this.lines.of(type)) !== undefined) this.roomListener();
  }

  /** Undefined where nobody waits, the type is paused, or the broker holds enough of this class and those above. */
  private nextOf(type: string, line: Line) {
    if (this.pauses.isTypePaused(type)) return undefined;
    const next = line.nextHeld();
    if (next === undefined) return undefined;
    return line.sentCount(next.brokerClass) < windowOf(this.workers.of(type)) ? next : undefined;
  }
}
