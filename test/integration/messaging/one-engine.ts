import type { Settlement, TaskDelivery } from '@app/messaging';
import { gate } from './test-worker.js';

/** A task as its handler sees it, with what a test does to it. */
export interface HandledTask {
  delivery: TaskDelivery;
  taskId: string;
  /** Ends its run with this. */
  end: (settlement?: Settlement) => void;
}

/**
 * A handler as that of a worker with one engine, which runs one task at a time in the order of their coming: a task
 * waits for its turn, begins, runs until the test ends it, and is given up when its signal says so.
 */
export class OneEngine {
  /** All that were handled, in order; a task that came twice is there twice. */
  readonly handled: HandledTask[] = [];
  /** The ids of those that have begun, in order. */
  readonly begun: string[] = [];
  /** The ids of those that were given up, with the names of the reasons. */
  readonly givenUp: string[] = [];
  private readonly line: HandledTask[] = [];
  private readonly turns = new Map<HandledTask, () => void>();

  readonly handle = async (delivery: TaskDelivery): Promise<Settlement> => {
    const ended = gate<Settlement>();
    const task: HandledTask = {
      delivery,
      taskId: delivery.message.taskId,
      end: (settlement = { kind: 'done' }) => ended.open(settlement),
    };
    this.handled.push(task);
    const { signal } = delivery;
    try {
      return await Promise.race([this.runInTurn(task, ended.opened), abortion(signal)]);
    } catch (error) {
      this.givenUp.push(`${task.taskId} ${(error as Error).name}`);
      throw error;
    } finally {
      this.leaveLine(task);
    }
  };

  /** The task of that id that came last. */
  find(taskId: string): HandledTask | undefined {
    return this.handled.findLast((task) => task.taskId === taskId);
  }

  private async runInTurn(task: HandledTask, ended: Promise<Settlement>): Promise<Settlement> {
    const turn = gate();
    this.turns.set(task, turn.open);
    this.line.push(task);
    if (this.line[0] === task) turn.open();
    await Promise.race([turn.opened, ended]);
    if (this.line[0] === task) {
      task.delivery.begin();
      this.begun.push(task.taskId);
    }
    return ended;
  }

  private leaveLine(task: HandledTask): void {
    const wasFirst = this.line[0] === task;
    const index = this.line.indexOf(task);
    if (index >= 0) this.line.splice(index, 1);
    const next = this.line[0];
    if (wasFirst && next) this.turns.get(next)!();
  }
}

function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}
