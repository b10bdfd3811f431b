import type { TaskView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { toTaskView } from './task.view.js';
import { TasksStore } from './tasks.store.js';

/** Builds what callers see of a task: the stored row, its place in line and its latest progress. */
@Injectable()
export class TaskViews {
  constructor(
    private readonly tasks: TasksStore,
    private readonly progress: LiveProgress,
  ) {}

  /** `place` where it is known already; it is counted otherwise. */
  async of(row: TaskRow, place?: number): Promise<TaskView> {
    const position = row.state === 'queued' ? (place ?? (await this.tasks.queuePosition(row))) : null;
    return toTaskView(row, position, this.progress.of(row.id, row.attempts));
  }
}
