import type { Settlement, TaskDelivery } from '@app/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import type { Vhost } from '../../support/vhost.js';
import type { Dice } from '../../faults/dice.js';
import { TestRoom } from './test-tap.js';
import { gate, startWorker, type TestLedgers } from './test-worker.js';

/** What must be true of all workers together. */
export class Book {
  readonly completed = new Map<string, number>();
  readonly wrongs: string[] = [];
  private readonly handledBy = new Map<string, string>();

  enter(taskId: string, worker: string): void {
    const other = this.handledBy.get(taskId);
    if (other !== undefined) this.wrongs.push(`${taskId} is handled by ${worker} beside ${other}`);
    this.handledBy.set(taskId, worker);
  }

  exit(taskId: string): void {
    this.handledBy.delete(taskId);
  }

  complete(taskId: string): void {
    this.completed.set(taskId, (this.completed.get(taskId) ?? 0) + 1);
  }
}

interface InHand {
  delivery: TaskDelivery;
  hasLeft: boolean;
  takeTurn: () => void;
}

/**
 * A worker with a few engines, each of which runs one task at a time in the order of their coming, and is done with it
 * before it is stored. How long everything takes is random.
 */
export class RandomWorker {
  readonly room: TestRoom;
  private readonly inHand = new Set<InHand>();
  private readonly lines: InHand[][];
  private isStopping = false;
  private server: Awaited<ReturnType<typeof startWorker>>['server'] | undefined;

  constructor(
    readonly name: string,
    private readonly taskTypes: string[],
    engines: number,
    private readonly dice: Dice,
    private readonly book: Book,
  ) {
    this.room = new TestRoom({ running: engines, ahead: engines });
    this.lines = Array.from({ length: engines }, () => []);
  }

  get engines(): number {
    return this.lines.length;
  }

  async start(vhost: Vhost, ledger: TestLedgers): Promise<void> {
    const { name, taskTypes, room } = this;
    const options = { name, taskTypes, gate: room, ledger, graceMs: 15_000 };
    this.server = (await startWorker(vhost, (delivery) => this.handle(delivery), options)).server;
  }

  stop(): Promise<void> {
    this.isStopping = true;
    return this.server!.close();
  }

  /** Whether it would begin a task of the type at once, if there were one. */
  isIdleFor(taskType: string): boolean {
    const { closedBecause, room } = this.room;
    const taken = [...this.inHand].filter(({ hasLeft }) => !hasLeft).length;
    return (
      !this.isStopping &&
      closedBecause === null &&
      this.taskTypes.includes(taskType) &&
      this.room.accepts(taskType) &&
      taken < room.running
    );
  }

  /** The types of the tasks that wait here for their turn. */
  get typesAhead(): string[] {
    return [...this.inHand]
      .filter(({ delivery }) => delivery.isAhead && !delivery.signal.aborted)
      .map(({ delivery }) => delivery.message.taskType);
  }

  private async handle(delivery: TaskDelivery): Promise<Settlement> {
    const { dice, book } = this;
    const { taskId } = delivery.message;
    const { signal } = delivery;
    const turn = gate();
    const task: InHand = { delivery, hasLeft: false, takeTurn: turn.open };
    const [line] = this.lines.toSorted((a, b) => a.length - b.length);
    book.enter(taskId, this.name);
    this.inHand.add(task);
    line!.push(task);
    if (line![0] === task) turn.open();
    try {
      await delay(dice.between(0, 20), undefined, { signal });
      await Promise.race([turn.opened, aborted(signal)]);
      delivery.begin();
      this.lookWhatRuns();
      await delay(dice.whole(25) === 0 ? dice.between(4_000, 6_000) : dice.between(5, 60), undefined, {
        signal,
      });
      delivery.leave();
      this.leaveEngine(task);
      await delay(dice.between(0, 40));
      book.complete(taskId);
      return { kind: 'done' };
    } catch (error) {
      await delay(dice.between(0, 30));
      throw error;
    } finally {
      this.leaveEngine(task);
      this.inHand.delete(task);
      book.exit(taskId);
    }
  }

  private leaveEngine(task: InHand): void {
    task.hasLeft = true;
    for (const line of this.lines) {
      const index = line.indexOf(task);
      if (index < 0) continue;
      line.splice(index, 1);
      line[0]?.takeTurn();
    }
  }

  private lookWhatRuns(): void {
    const running = [...this.inHand].filter(({ delivery, hasLeft }) => !delivery.isAhead && !hasLeft).length;
    if (running > this.engines) {
      this.book.wrongs.push(`${this.name} runs ${running} tasks on ${this.engines} engines`);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}
