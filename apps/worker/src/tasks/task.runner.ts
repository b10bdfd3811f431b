import { ArtifactStoreUnavailable } from '@app/artifact-store';
import {
  resumePrompt,
  runPrompt,
  type ComfyClient,
  type PromptProgress,
  type PromptResult,
} from '@app/comfyui';
import { TaskFailure, type EngineRef } from '@app/contracts';
import { ImageError, stripMetadata } from '@app/imaging';
import type { TaskDelivery } from '@app/messaging';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { EnginePool } from '../engines/engine-pool.js';
import { QUEUED_LIMIT_MS, type WorkerEnv } from '../env.js';
import { CATALOG, WORKER_ENV } from '../tokens.js';
import { EngineTraces } from './engine-traces.js';
import { FinishedTasks, type FinishedTask } from './finished-tasks.js';
import { StagedPhotos } from './staged-photos.js';
import { outputPrefixOf, unguessable, uploadNameOf } from './task-in-engine.js';
import type { TaskProgressReport } from './task-progress.js';
import { TaskTakenBack } from './task-taken-back.errors.js';

/** One run of a task, as far as it does not change while it goes on. */
interface Run {
  delivery: TaskDelivery;
  progress: TaskProgressReport;
  /** Until when it may wait for an engine. */
  engineBy: number;
}

/** What a look at the engine of an earlier run may take beyond the time for waiting. */
const LOOKING_MS = 30_000;

/**
 * How long an aborted run looks whether its prompt has ended. Less than the 5 s that the task server gives it; what
 * ends later is found by the next run.
 */
const CANCEL_MS = 3_000;

/** The whole job: from the stored photo to the stored result. */
@Injectable()
export class TaskRunner {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly photos: StagedPhotos,
    private readonly finished: FinishedTasks,
    private readonly engines: EnginePool,
    private readonly traces: EngineTraces,
  ) {}

  /**
   * Runs a task once. One that has a result already is not run again, and what an earlier run has left in its engine
   * is taken up before anything is submitted.
   * @throws TaskFailure; ArtifactNotFound when the photo is not in the store; ArtifactStoreUnavailable; TaskTakenBack;
   * or the signal's reason when aborted, after the prompt was cancelled.
   */
  async run(delivery: TaskDelivery, progress: TaskProgressReport): Promise<FinishedTask> {
    const earlier = await this.finished.find(delivery.message.taskId);
    if (earlier) return earlier;
    progress.stage('waiting_for_engine');
    const run: Run = { delivery, progress, engineBy: Date.now() + this.env.engineWaitMs };
    return (await this.takeUp(run)) ?? (await this.runAnew(run));
  }

  /** The result of the prompt that an earlier run has left, where there is one to be had. */
  private async takeUp(run: Run): Promise<FinishedTask | undefined> {
    const { earlierPrompt, signal } = run.delivery;
    const client = earlierPrompt && this.engines.find(earlierPrompt.engine);
    if (!client) return undefined;
    // It may be the only engine, and away just now.
    await this.engines.pick(signal, run.engineBy);
    run.progress.gpu = this.engines.gpuOf(client);
    const result = await this.engines.freeingMemory(client, () =>
      resumePrompt(client, { ...this.promptOf(run), promptId: earlierPrompt.id }),
    );
    try {
      return result && (await this.save(run, result, client, await client.describeEngine(signal)));
    } catch (error) {
      // It would be found broken for ever.
      if (error instanceof ImageError) return undefined;
      throw error;
    }
  }

  private async runAnew(run: Run): Promise<FinishedTask> {
    const { delivery, progress, engineBy } = run;
    const { message: task, signal } = delivery;
    // The broker takes back what is held for too long.
    if (Date.now() > engineBy + LOOKING_MS) {
      throw new TaskFailure('engine_lost_prompt', 'The prompt of an earlier run was interrupted at last.');
    }
    progress.stage('preparing');
    const photo = await this.photos.take(task);
    progress.stage('waiting_for_engine');
    const client = await this.engines.pick(signal, engineBy);
    progress.gpu = this.engines.gpuOf(client);
    const engine = await client.describeEngine(signal);
    const promptId = uuidv4();
    await this.traces.addPrompt(task.taskId, client.address, promptId);
    const graph = this.typeOf(run).fill({
      parameters: task.parameters,
      imageName: await client.upload(photo, uploadNameOf(task.taskId), signal),
      outputPrefix: outputPrefixOf(task.taskId),
    });
    await remember(delivery, { id: promptId, engine: client.address });
    const result = await this.engines.freeingMemory(client, () =>
      runPrompt(client, { ...this.promptOf(run), promptId, graph }),
    );
    return this.save(run, result, client, engine);
  }

  private promptOf(run: Run) {
    const { runTimeoutMs } = this.env;
    return {
      outputNodeId: this.typeOf(run).outputNodeId,
      signal: run.delivery.signal,
      // A real DDColor node says nothing until it has ended, so silence is no sign of anything before the run limit.
      limits: {
        queuedMs: QUEUED_LIMIT_MS,
        runMs: runTimeoutMs,
        silentMs: runTimeoutMs,
        cancelMs: CANCEL_MS,
      },
      onProgress: ({ stage, percent }: PromptProgress) => run.progress.stage(stage, percent),
    };
  }

  private async save(
    run: Run,
    { images, files }: PromptResult,
    client: ComfyClient,
    engine: EngineRef,
  ): Promise<FinishedTask> {
    const { message: task, run: number } = run.delivery;
    run.progress.stage('saving');
    const others = unguessable(task.taskId, number, files);
    if (others.length > 0) await this.traces.addFiles(task.taskId, client.address, others);
    const picture = await stripMetadata(images[0]!.data, task.image);
    return this.finished.save(task.taskId, picture, engine);
  }

  private typeOf({ delivery }: Run): TaskType {
    const { taskType } = delivery.message;
    const type = this.catalog.get(taskType);
    if (type) return type;
    throw new TaskFailure('workflow_invalid', `This worker has no workflow for the task type "${taskType}".`);
  }
}

/** Into the ledger before the engine gets it, so that there is never a prompt that nobody knows of. */
async function remember(
  { rememberPrompt }: TaskDelivery,
  prompt: Parameters<TaskDelivery['rememberPrompt']>[0],
): Promise<void> {
  try {
    await rememberPrompt(prompt);
  } catch (error) {
    throw error instanceof ArtifactStoreUnavailable ? error : new TaskTakenBack(error);
  }
}
