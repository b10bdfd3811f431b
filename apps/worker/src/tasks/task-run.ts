import { TaskFailure } from '@app/contracts';
import type { TaskDelivery } from '@app/messaging';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import type { CanonicalPhotos } from '../photos/canonical-photos.js';
import type { TaskTurn } from './task-turn.js';

/** One run of a task: what does not change while it goes on. */
export class TaskRun {
  readonly type: TaskType;
  private canonical: Promise<Buffer> | undefined;

  /** @throws TaskFailure with `workflow_invalid` where no workflow here is for its type. */
  constructor(
    readonly delivery: TaskDelivery,
    readonly turn: TaskTurn,
    catalog: Catalog,
    private readonly photos: CanonicalPhotos,
    /** Until when it may wait for an engine, in epoch milliseconds. */
    readonly engineBy: number,
  ) {
    const { taskType } = delivery.message;
    const type = catalog.get(taskType);
    if (!type) {
      const message = `This worker has no workflow for the task type "${taskType}".`;
      throw new TaskFailure('workflow_invalid', message);
    }
    this.type = type;
  }

  /** The picture that engines get, made once. Rejects as `CanonicalPhotos.read` does. */
  photo(): Promise<Buffer> {
    return (this.canonical ??= this.photos.read(this.delivery.message.image));
  }
}
