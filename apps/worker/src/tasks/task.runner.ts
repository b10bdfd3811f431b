import type { PromptResult } from '@app/comfyui';
import { TaskFailure } from '@app/contracts';
import type { TaskDelivery } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import type { Engine } from '../engines/engine.js';
import { EngineLanes, type Lane } from '../engines/engine-lanes.js';
import { Engines } from '../engines/engines.js';
import type { FinishedTask } from './finished-tasks.js';
import { TaskPrompts } from './task-prompts.js';
import { TaskResults } from './task-results.js';
import type { TaskRun } from './task-run.js';
import { TaskRuns } from './task-runs.js';
import type { TaskTurn } from './task-turn.js';

/** What a look at the engine of an earlier run may take beyond the time for waiting. */
const LOOKING_MS = 30_000;

/** The whole job: from the stored photo to the stored result. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly runs: TaskRuns,
    private readonly engines: Engines,
    private readonly lanes: EngineLanes,
    private readonly prompts: TaskPrompts,
    private readonly results: TaskResults,
  ) {}

  /**
   * Runs a task once. One that has a result already is not run again, and what an earlier run has left in its engine
   * is taken up before anything is submitted. An engine that turns out not to answer is exchanged for another one.
   * @throws TaskFailure; ArtifactNotFound when the photo is not in the store; ArtifactStoreUnavailable; TaskTakenBack;
   * or the signal's reason when aborted, after the prompt was cancelled.
   */
  async run(delivery: TaskDelivery, turn: TaskTurn): Promise<FinishedTask> {
    const earlier = await this.results.find(delivery.message.taskId);
    if (earlier) return earlier;
    const run = this.runs.begin(delivery, turn);
    return (await this.takeUp(run)) ?? (await this.runAnew(run));
  }

  /** The result of the prompt that an earlier run has left, where there is one to be had. */
  private async takeUp(run: TaskRun): Promise<FinishedTask | undefined> {
    const { earlierPrompt } = run.delivery;
    const engine = earlierPrompt && this.engines.find(earlierPrompt.engine);
    if (!engine) return undefined;
    // It may be the only engine, and away just now.
    const lane = await this.takeLane(run);
    try {
      const result = await this.prompts.resume(run, engine, earlierPrompt.id);
      if (!result) return undefined;
      lane.leave();
      await run.turn.begin();
      run.delivery.leave();
      return await this.save(run, result, engine);
    } catch (error) {
      // It would be found broken for ever.
      if (error instanceof TaskFailure && error.code === 'bad_output') return undefined;
      throw error;
    } finally {
      lane.leave();
    }
  }

  private async runAnew(run: TaskRun): Promise<FinishedTask> {
    const { delivery, engineBy } = run;
    // The broker takes back what is held for too long.
    if (Date.now() > engineBy + LOOKING_MS) {
      throw new TaskFailure('engine_lost_prompt', 'The prompt of an earlier run was interrupted at last.');
    }
    // Where the last attempt's picture was no good, or the memory too small, another engine may do better.
    let avoid = delivery.attempt > 1 ? delivery.earlierPrompt?.engine : undefined;
    for (;;) {
      const lane = await this.takeLane(run, avoid);
      const { engine } = lane;
      try {
        const finished = await this.save(run, await this.prompts.run(run, lane), engine);
        engine.succeeded(delivery.message.taskType);
        return finished;
      } catch (error) {
        delivery.signal.throwIfAborted();
        engine.failed(error);
        if (!hasNothingOfIt(error) || Date.now() >= engineBy) throw error;
        avoid = engine.address;
      } finally {
        lane.leave();
      }
    }
  }

  /**
   * A place in an engine, and the photo for it: made at the same time, as both may take a while. Where one fails, the
   * other is not waited for.
   */
  private async takeLane(run: TaskRun, avoid?: string): Promise<Lane> {
    const { delivery, turn, engineBy } = run;
    const { taskType } = delivery.message;
    const over = new AbortController();
    const signal = AbortSignal.any([delivery.signal, over.signal]);
    turn.progress.stage('preparing');
    const request = { taskType, ...(avoid !== undefined && { avoid }) };
    const taking = this.lanes.take(request, signal, engineBy);
    const prepared = run.photo().then(() => turn.progress.stage('waiting_for_engine'));
    try {
      const [lane] = await Promise.all([taking, prepared]);
      return lane;
    } catch (error) {
      over.abort(error);
      await taking.then(
        (lane) => lane.leave(),
        () => undefined,
      );
      throw error;
    }
  }

  private async save(run: TaskRun, result: PromptResult, engine: Engine): Promise<FinishedTask> {
    run.turn.progress.stage('saving');
    return this.results.save(run, result, engine);
  }
}

/** No engine has had anything of the photo that could do harm or be found later. */
function hasNothingOfIt(error: unknown): boolean {
  return error instanceof TaskFailure && error.code === 'engine_unreachable';
}
