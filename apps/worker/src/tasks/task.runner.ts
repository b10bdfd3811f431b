import { LocalArtifactStore } from '@app/artifact-store';
import { runPrompt } from '@app/comfyui';
import { TaskFailure, type TaskMessage } from '@app/contracts';
import { stripMetadata } from '@app/imaging';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { EnginePool } from '../engines/engine-pool.js';
import { QUEUED_LIMIT_MS, type WorkerEnv } from '../env.js';
import { CATALOG, WORKER_ENV } from '../tokens.js';
import { FinishedTasks, type FinishedTask } from './finished-tasks.js';
import type { TaskProgressReport } from './task-progress.js';

/** The whole job: from the stored photo to the stored result. */
@Injectable()
export class TaskRunner {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly artifacts: LocalArtifactStore,
    private readonly finished: FinishedTasks,
    private readonly engines: EnginePool,
  ) {}

  /**
   * Runs one attempt. A task that has a result already is not run again.
   * @throws TaskFailure; ArtifactNotFound when the photo is not in the store; or the signal's reason when aborted, after the prompt was cancelled.
   */
  async run(task: TaskMessage, progress: TaskProgressReport, signal: AbortSignal): Promise<FinishedTask> {
    const earlier = await this.finished.find(task.taskId);
    if (earlier) return earlier;

    const photo = await this.artifacts.read(task.image.key);
    progress.stage('waiting_for_engine');
    const client = await this.engines.pick(signal);
    progress.stage('preparing');
    const engine = await client.describeEngine(signal);
    const uploaded = await client.upload(photo, `${task.taskId}.png`, signal);
    const type = this.findType(task.taskType);
    const graph = type.fill({
      parameters: task.parameters,
      imageName: uploaded,
      outputPrefix: `photo-repair/${task.taskId}`,
    });
    const { images } = await runPrompt(client, {
      graph,
      promptId: uuidv4(),
      outputNodeId: type.outputNodeId,
      signal,
      // A real DDColor node says nothing until it has ended, so silence is no sign of anything before the run limit.
      limits: { queuedMs: QUEUED_LIMIT_MS, runMs: this.env.runTimeoutMs, silentMs: this.env.runTimeoutMs },
      onProgress: ({ stage, percent }) => progress.stage(stage, percent),
    });
    progress.stage('saving');
    const picture = await stripMetadata(images[0]!.data, task.image);
    return this.finished.save(task.taskId, picture, engine);
  }

  private findType(key: string): TaskType {
    const type = this.catalog.get(key);
    if (type) return type;
    throw new TaskFailure('workflow_invalid', `This worker has no workflow for the task type "${key}".`);
  }
}
