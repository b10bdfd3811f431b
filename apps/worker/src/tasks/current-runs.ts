import type { TaskMessage, TaskProgress, WorkerStatus } from '@app/contracts';
import { Injectable } from '@nestjs/common';

/** What is known of a run while it goes on. */
export type CurrentRun = WorkerStatus['running'][number];

/** The runs of this process that go on now, in the order in which they began. */
@Injectable()
export class CurrentRuns {
  private readonly runs = new Set<CurrentRun>();
  private readonly listeners = new Set<() => void>();

  get all(): CurrentRun[] {
    return [...this.runs].map((run) => ({ ...run }));
  }

  /** Called whenever a run begins or ends. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Gives what its stage is told by, and its end, which is told once. */
  begin({ taskId, taskType }: TaskMessage): {
    stage: (stage: TaskProgress['stage']) => void;
    end: () => void;
  } {
    const run: CurrentRun = { taskId, taskType, since: new Date().toISOString(), stage: 'preparing' };
    this.runs.add(run);
    this.tell();
    return {
      stage: (stage) => {
        run.stage = stage;
      },
      end: () => {
        if (this.runs.delete(run)) this.tell();
      },
    };
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
