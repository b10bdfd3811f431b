import type { PromptResult } from '@app/comfyui';
import { Injectable } from '@nestjs/common';
import type { Engine } from '../engines/engine.js';
import { Results } from '../results/results.js';
import { EngineTraces } from './engine-traces.js';
import { FinishedTasks, type FinishedTask } from './finished-tasks.js';
import { unguessable } from './task-in-engine.js';
import type { TaskRun } from './task-run.js';

/** What an engine has made of a task, from its bytes to the stored result. */
@Injectable()
export class TaskResults {
  constructor(
    private readonly results: Results,
    private readonly finished: FinishedTasks,
    private readonly traces: EngineTraces,
  ) {}

  /** What a task has as its result already. */
  find(taskId: string): Promise<FinishedTask | undefined> {
    return this.finished.find(taskId);
  }

  /** @throws TaskFailure with `bad_output` for a picture that cannot be the photo's; what `TaskRun.photo` rejects with. */
  async save(run: TaskRun, { images, files }: PromptResult, engine: Engine): Promise<FinishedTask> {
    const { message, run: number } = run.delivery;
    const others = unguessable(message.taskId, number, files);
    if (others.length > 0) await this.traces.addFiles(message.taskId, engine.address, others);
    const picture = await this.results.finish(images[0]!.data, {
      canonical: await run.photo(),
      expect: run.type.resultOf(message.parameters),
    });
    return this.finished.save(message.taskId, picture, engine.ref);
  }
}
