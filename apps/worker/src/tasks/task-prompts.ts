import { ArtifactStoreUnavailable } from '@app/artifact-store';
import { resumePrompt, runPrompt, type PromptProgress, type PromptResult } from '@app/comfyui';
import { TaskFailure } from '@app/contracts';
import type { TaskDelivery } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import type { Engine } from '../engines/engine.js';
import type { Lane } from '../engines/engine-lanes.js';
import { Engines } from '../engines/engines.js';
import { QUEUED_LIMIT_MS, type WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { EngineTraces } from './engine-traces.js';
import { outputPrefixOf, uploadNameOf } from './task-in-engine.js';
import type { TaskRun } from './task-run.js';
import { TaskTakenBack } from './task-taken-back.errors.js';

/**
 * How long an aborted run looks whether its prompt has ended. Less than the 5 s that the task server gives it; what
 * ends later is found by the next run.
 */
const CANCEL_MS = 3_000;

/** A task's way through an engine: photo in, prompt in, pictures out. */
@Injectable()
export class TaskPrompts {
  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    private readonly engines: Engines,
    private readonly traces: EngineTraces,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Runs a new prompt in the engine of a lane. The task begins when the engine has come to it, and leaves lane and
   * place as soon as the engine is done with it. Rejects as `runPrompt` does, and with TaskTakenBack.
   */
  async run(run: TaskRun, lane: Lane): Promise<PromptResult> {
    const { delivery, turn, type } = run;
    const { taskId, parameters } = delivery.message;
    const { client } = lane.engine;
    const promptId = uuidv4();
    await this.traces.addPrompt(taskId, client.address, promptId);
    const imageName = await this.upload(run, lane.engine);
    const graph = type.fill({
      parameters,
      imageName,
      outputPrefix: outputPrefixOf(taskId),
      engine: lane.engine.nodes,
    });
    await remember(delivery, { id: promptId, engine: client.address });
    this.logger.info({ taskId, promptId, engine: client.address }, 'prompt goes to its engine');
    // What it rejects with ends the run by the same signal.
    void lane.turn.then(() => turn.beginSoon());
    return this.engines.freeingMemory(client, () =>
      runPrompt(client, {
        ...this.requestOf(run, lane.engine, () => {
          lane.started();
          turn.beginSoon();
        }),
        promptId,
        graph,
        // One that runs already waits behind others' prompts only, and for no longer than `queuedMs`.
        ...(delivery.isAhead && { turn: lane.turn }),
        onLeft: () => {
          // A prompt whose result was cached is over before it is seen to run.
          turn.beginSoon();
          lane.leave();
          delivery.leave();
        },
      }),
    );
  }

  /** An upload to an engine that has fallen silent is not waited for to its limit: the looks know sooner. */
  private async upload(run: TaskRun, engine: Engine): Promise<string> {
    const gone = new AbortController();
    const leave = this.engines.onChange(() => {
      if (engine.isReachable || engine.circuitState !== 'open') return;
      const message = 'The engine stopped answering while it took the photo';
      gone.abort(new TaskFailure('engine_lost_prompt', message));
    });
    try {
      const { message, signal } = run.delivery;
      const untilGone = AbortSignal.any([signal, gone.signal]);
      return await engine.client.upload(await run.photo(), uploadNameOf(message.taskId), untilGone);
    } finally {
      leave();
    }
  }

  /** What the prompt of an earlier run has come to, in the engine that has it; undefined where there is nothing to be had. */
  async resume(run: TaskRun, engine: Engine, promptId: string): Promise<PromptResult | undefined> {
    return this.engines.freeingMemory(engine.client, () =>
      resumePrompt(engine.client, {
        ...this.requestOf(run, engine, () => run.turn.beginSoon()),
        promptId,
      }),
    );
  }

  private requestOf({ delivery, turn, type }: TaskRun, engine: Engine, onRunning: () => void) {
    // Above the worker's own limit the broker would take the message back.
    const runTimeoutMs = Math.min(type.runTimeoutMs ?? Infinity, this.env.runTimeoutMs);
    turn.progress.gpu = engine.gpu;
    return {
      outputNodeId: type.outputNodeId,
      signal: delivery.signal,
      // A real DDColor node says nothing until it has ended, so silence is no sign of anything before the run limit.
      limits: {
        queuedMs: QUEUED_LIMIT_MS,
        runMs: runTimeoutMs,
        silentMs: runTimeoutMs,
        cancelMs: CANCEL_MS,
      },
      onProgress: ({ stage, percent }: PromptProgress) => {
        if (stage === 'running') onRunning();
        turn.progress.stage(stage, percent);
      },
    };
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
