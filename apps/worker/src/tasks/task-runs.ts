import type { TaskDelivery } from '@app/messaging';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { CanonicalPhotos } from '../photos/canonical-photos.js';
import { CATALOG, WORKER_ENV } from '../tokens.js';
import { TaskRun } from './task-run.js';
import type { TaskTurn } from './task-turn.js';

/** Begins runs of tasks. */
@Injectable()
export class TaskRuns {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly photos: CanonicalPhotos,
  ) {}

  /** @throws TaskFailure with `workflow_invalid` where no workflow here is for the task's type. */
  begin(delivery: TaskDelivery, turn: TaskTurn): TaskRun {
    return new TaskRun(delivery, turn, this.catalog, this.photos, Date.now() + this.env.engineWaitMs);
  }
}
