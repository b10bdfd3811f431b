import { cancelPrompt, ComfyClient } from '@app/comfyui';
import { TaskFailure, type WorkerStatus } from '@app/contracts';
import { isOnThisMachine, NvidiaSmi } from '@app/gpu-monitor';
import type { Logger } from '@app/runtime';
import type { Catalog, TaskType } from '@app/workflow-catalog';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { RunMetrics } from '../metrics/run-metrics.js';
import { CATALOG, LOGGER, WORKER_ENV } from '../tokens.js';
import { EngineWatch } from './engine-watch.js';
import { Engine } from './engine.js';
import { modelOf } from './smallest-prompt.js';

/** Only a request: the engine frees later, after what it runs. */
const FREE_LIMIT_MS = 5_000;
/** The message of the cancelled task is held for so long. */
const CANCEL_LIMIT_MS = 3_000;

/** The engines that this worker may use. Which of them gets a task is `EngineLanes`'s to say. */
@Injectable()
export class Engines implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly all: readonly Engine[];
  private readonly watches: readonly EngineWatch[];
  private readonly listeners = new Set<() => void>();
  private readonly stopped = new AbortController();
  private watching: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly metrics: RunMetrics,
  ) {
    const nvidiaSmi = env.nvidiaSmi === null ? null : new NvidiaSmi({ program: env.nvidiaSmi, logger });
    this.all = env.comfyuiUrls.map((url) => this.engineAt(url));
    this.watches = this.all.map((engine, index) => {
      const isHere = nvidiaSmi !== null && isOnThisMachine(env.comfyuiUrls[index]!);
      return new EngineWatch({
        engine,
        logger,
        types: () => this.types,
        warmsUp: env.engineWarmUp,
        cards: () => (isHere ? nvidiaSmi.cards() : Promise.resolve(null)),
        free: () => this.freeMemory(engine.client),
      });
    });
  }

  onApplicationBootstrap(): void {
    for (const { client } of this.all) {
      // It goes on trying by itself.
      client
        .connect()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'an engine does not answer yet'));
    }
    this.watching = Promise.all(this.watches.map((watch) => watch.run(this.stopped.signal)));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.watching;
    await Promise.all(this.all.map(({ client }) => client.close()));
  }

  /** The engine that calls itself so (`Engine.address`); undefined where this worker may not use it. */
  find(address: string): Engine | undefined {
    return this.all.find((engine) => engine.address === address);
  }

  /** How the engines are. Asks nobody. */
  get views(): WorkerStatus['engines'] {
    return this.all.map(({ view }) => view);
  }

  /** The GPU that a task will run on wherever it runs: known where there is one engine only. */
  get onlyGpu(): string | null | undefined {
    const [only, ...others] = this.all;
    return only && others.length === 0 ? only.gpu : undefined;
  }

  /** The task types that this worker takes. */
  get types(): TaskType[] {
    const { taskTypes } = this.env;
    return taskTypes.length === 0
      ? this.catalog.types()
      : taskTypes.flatMap((key) => this.catalog.get(key) ?? []);
  }

  /** The model that tasks of a type need by default; null where they need none. */
  modelOf(taskType: string): string | null {
    const type = this.catalog.get(taskType);
    return type ? modelOf(type) : null;
  }

  /** Calls back after each change in any engine; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Why no engine has a place now, as a phrase. */
  get whyNone(): string {
    if (!this.all.some((engine) => engine.isReachable)) return 'no engine of COMFYUI_URLS answers';
    const out = this.all.filter((engine) => !engine.isInRotation);
    if (out.length < this.all.length) return 'all engines are busy';
    return out.map(({ address, problems }) => `${address} ${problems[0] ?? 'is out'}`).join('; ');
  }

  /** Looks more often, while true, at what is out of the rotation. */
  hurry(isHurried: boolean): void {
    for (const watch of this.watches) watch.hurry(isHurried);
  }

  /** A task of this type is about to go there: models of another type that fill its memory have to go first. */
  makeRoomFor(engine: Engine, taskType: string): void {
    const { memory, loaded, isIdle } = engine;
    if (!memory.freeFirst || !isIdle || loaded === null || loaded.taskType === taskType) return;
    void this.freeMemory(engine.client);
  }

  /** Does it; where memory ran out, the engine is asked to free what it keeps before the error goes on. */
  async freeingMemory<T>(client: ComfyClient, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof TaskFailure && error.code === 'out_of_memory') await this.freeMemory(client);
      throw error;
    }
  }

  /** Stops what an earlier run has left in an engine. Best effort: it never rejects, and logs what became of it. */
  async cancelPrompt(address: string, promptId: string): Promise<void> {
    const engine = this.find(address);
    if (!engine) return;
    const { state } = await cancelPrompt(engine.client, promptId, CANCEL_LIMIT_MS);
    this.logger.info({ engine: address, promptId, outcome: state }, 'the prompt of a cancelled task');
  }

  /** Asks for all memory that the engine keeps for later, models and results. Best effort: it never rejects. */
  async freeMemory(client: ComfyClient): Promise<void> {
    const engine = client.address;
    this.find(engine)?.wasFreed();
    try {
      await client.free({ unloadModels: true, freeMemory: true }, AbortSignal.timeout(FREE_LIMIT_MS));
      this.logger.info({ engine }, 'asked an engine to free its memory');
    } catch (error) {
      this.logger.warn({ engine, err: error }, 'an engine could not be asked to free its memory');
    }
  }

  private engineAt(url: string): Engine {
    const { maxConcurrentTasks, lookahead, gpuMemoryThresholdPercent } = this.env;
    return new Engine({
      client: new ComfyClient(url, {
        logger: this.logger,
        onCall: (call) => this.metrics.called(call),
      }),
      lanes: { running: maxConcurrentTasks, ahead: lookahead },
      memoryThresholdPercent: gpuMemoryThresholdPercent,
      modelOf: (taskType) => this.modelOf(taskType),
      onChange: () => {
        for (const listener of this.listeners) listener();
      },
    });
  }
}
