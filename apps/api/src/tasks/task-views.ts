import type { LivePlace, TaskView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { TaskPlaces } from './task-places.js';
import { toTaskView } from './task.view.js';

/** Builds what callers see of a task: the stored row, its place in line and its latest progress. */
@Injectable()
export class TaskViews {
  constructor(
    private readonly places: TaskPlaces,
    private readonly progress: LiveProgress,
  ) {}

  of(row: TaskRow): TaskView {
    return toTaskView(row, { place: this.places.of(row), progress: this.progress.of(row.id, row.run) });
  }

  /** In the order given. */
  ofAll(rows: readonly TaskRow[]): TaskView[] {
    return rows.map((row) => this.of(row));
  }

  /** What of a task changes while others come and go. */
  place(row: TaskRow): LivePlace {
    return this.places.of(row);
  }
}
