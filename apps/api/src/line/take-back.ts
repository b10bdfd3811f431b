import { Injectable } from '@nestjs/common';
import { TaskChanges } from '../task-events/task-changes.js';
import { HandOverStore } from './hand-over.store.js';

/** Puts tasks that the broker has back among those that are held; they are handed over again when their turn comes. */
@Injectable()
export class TakeBack {
  constructor(
    private readonly store: HandOverStore,
    private readonly changes: TaskChanges,
  ) {}

  /**
   * True where the task is held, so that its message may go; false where it was begun, has ended, or waits for something
   * that only its message knows.
   */
  async take(taskId: string): Promise<boolean> {
    const row = await this.store.takeBack(taskId);
    if (row === undefined) return this.store.isHeld(taskId);
    this.changes.moved(row);
    return true;
  }
}
