import { Injectable } from '@nestjs/common';
import { LiveWorkers } from '../workers/live-workers.js';
import { BrokerOrder } from './broker-order.js';
import type { HandOver } from './hand-over.store.js';
import type { Line } from './line.js';
import { LinesService } from './lines.service.js';
import { windowOf } from './window.js';

/** Whose turn it is: as many of each type as the broker should hold, in the order of the line. */
@Injectable()
export class NextTasks {
  private readonly order = new BrokerOrder();
  private roomListener: () => void = () => undefined;

  constructor(
    private readonly lines: LinesService,
    private readonly workers: LiveWorkers,
  ) {
    lines.onMoved((type) => this.tellRoom(type));
    workers.onChange(() => this.roomListener());
  }

  /** Calls back when somebody may be handed over. */
  onRoom(listener: () => void): void {
    this.roomListener = listener;
  }

  /** True where somebody waits who was not handed over. */
  get any(): boolean {
    return this.lines.types.some((type) => this.lines.of(type).heldCount > 0);
  }

  /** The next ones, `limit` at most, moved in their lines already. They are given back where it comes to nothing. */
  take(limit: number): (HandOver & { type: string })[] {
    const taken: (HandOver & { type: string })[] = [];
    for (const type of this.lines.types) {
      const line = this.lines.of(type);
      while (taken.length < limit) {
        const next = this.nextOf(type, line);
        if (next === undefined) break;
        const order = this.order.next();
        line.handOver(next.entry.id, order);
        taken.push({ id: next.entry.id, type, order, brokerClass: next.brokerClass });
      }
    }
    return taken;
  }

  /** Puts them where the store says that they are. */
  async giveBack(tasks: readonly { id: string; type: string }[]): Promise<void> {
    for (const { id, type } of tasks) await this.lines.hear(id, type);
  }

  private tellRoom(type: string): void {
    if (this.nextOf(type, this.lines.of(type)) !== undefined) this.roomListener();
  }

  /** Undefined where nobody waits, or the broker holds enough of this class and those above. */
  private nextOf(type: string, line: Line) {
    const next = line.nextHeld();
    if (next === undefined) return undefined;
    return line.sentCount(next.brokerClass) < windowOf(this.workers.of(type)) ? next : undefined;
  }
}
