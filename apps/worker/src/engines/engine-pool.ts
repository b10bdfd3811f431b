import {
  cancelPrompt,
  ComfyClient,
  engineDevice,
  gpuMemoryHeldByOthers,
  type EngineDevice,
} from '@app/comfyui';
import { TaskFailure, type WorkerStatus } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { NoEngineAnswers } from './no-engine.errors.js';

/** What an engine says of itself now. */
export interface EngineLook {
  client: ComfyClient;
  /** Prompts that run or wait there, of all its users. */
  remaining: number;
  /** Others hold more of its GPU's memory than `GPU_MEMORY_LIMIT` allows. */
  isFull: boolean;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 3_000;
/** An engine that is away for hours says so once a minute, not every few seconds. */
const LONGEST_SILENCE_MS = 60_000;
/** Small questions: an engine that has no answer to them in this time is not asked to colour a photo. */
const ANSWER_LIMIT_MS = 2_000;
/** Only a request: the engine frees later, after what it runs. */
const FREE_LIMIT_MS = 5_000;
/** The message of the cancelled task is held for so long. */
const CANCEL_LIMIT_MS = 3_000;

/** The engines that this worker may use. */
@Injectable()
export class EnginePool implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clients: ComfyClient[];
  /** What each engine said of itself last, and whether it answered when it was asked last. */
  private readonly seen = new Map<ComfyClient, { reachable: boolean; device: EngineDevice | null }>();

  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.clients = env.comfyuiUrls.map((url) => new ComfyClient(url, { logger }));
  }

  onApplicationBootstrap(): void {
    for (const client of this.clients) {
      // It goes on trying by itself; a task waits in `pick` until an engine answers.
      client
        .connect()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'an engine does not answer yet'));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  /** The engine that calls itself so (`ComfyClient.address`); undefined where this worker may not use it. */
  find(address: string): ComfyClient | undefined {
    return this.clients.find((client) => client.address === address);
  }

  get all(): readonly ComfyClient[] {
    return this.clients;
  }

  /** How the engines were when they were last asked, which `EngineGate` does all the time. */
  get views(): WorkerStatus['engines'] {
    return this.clients.map((client) => {
      const { reachable = false, device = null } = this.seen.get(client) ?? {};
      return {
        address: client.address,
        reachable,
        device: device?.name ?? null,
        memoryTotal: device?.memoryTotal ?? null,
        memoryFree: device?.memoryFree ?? null,
      };
    });
  }

  /** The GPU that an engine works on; null where it has none, undefined while it has not told. Asks nobody. */
  gpuOf(client: ComfyClient): string | null | undefined {
    const device = this.seen.get(client)?.device;
    return device ? (device.isGpu ? device.name : null) : undefined;
  }

  /** The GPU that a task will run on wherever it runs: known where there is one engine only. */
  get onlyGpu(): string | null | undefined {
    const [only, ...others] = this.clients;
    return only && others.length === 0 ? this.gpuOf(only) : undefined;
  }

  /** Asks all engines at once; those that do not answer within 2 s are left out. Never rejects. */
  async look(signal?: AbortSignal): Promise<EngineLook[]> {
    const limit = AbortSignal.any([AbortSignal.timeout(ANSWER_LIMIT_MS), ...(signal ? [signal] : [])]);
    const asked = await Promise.allSettled(
      this.clients.map(async (client) => {
        const [remaining, stats] = await Promise.all([
          client.queueRemaining(limit),
          client.systemStats(limit),
        ]);
        this.seen.set(client, { reachable: true, device: engineDevice(stats) });
        const isFull = (gpuMemoryHeldByOthers(stats) ?? 0) > this.env.gpuMemoryLimitPercent;
        return { client, remaining, isFull };
      }),
    );
    asked.forEach((each, index) => {
      // One that was not given its time has not failed to answer.
      if (each.status === 'fulfilled' || signal?.aborted === true) return;
      const client = this.clients[index]!;
      this.seen.set(client, { device: null, ...this.seen.get(client), reachable: false });
    });
    return asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }

  /**
   * The engine with the shortest queue of those that answer, one with memory left before any without. Waits while none
   * answers: a photo is not to blame for an engine that is away.
   * @param giveUpAt epoch milliseconds; the broker takes a message back that is held for too long.
   * @throws NoEngineAnswers at `giveUpAt`; the signal's reason when aborted.
   */
  async pick(signal: AbortSignal, giveUpAt: number): Promise<ComfyClient> {
    let silenceMs = FIRST_WAIT_MS;
    let nextWarningAt = Date.now();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const answering = await this.look(signal);
      signal.throwIfAborted();
      const best = answering.sort(
        (a, b) => Number(a.isFull) - Number(b.isFull) || a.remaining - b.remaining,
      )[0];
      if (best) return best.client;
      if (Date.now() + waitMs > giveUpAt) throw new NoEngineAnswers(this.env.engineWaitMs);
      if (Date.now() >= nextWarningAt) {
        this.logger.warn({ engines: this.clients.length, retryInMs: waitMs }, 'no engine answers');
        nextWarningAt = Date.now() + silenceMs;
        silenceMs = Math.min(silenceMs * 2, LONGEST_SILENCE_MS);
      }
      await sleep(waitMs, undefined, { signal });
    }
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
    const client = this.find(address);
    if (!client) return;
    const { state } = await cancelPrompt(client, promptId, CANCEL_LIMIT_MS);
    this.logger.info({ engine: address, promptId, outcome: state }, 'the prompt of a cancelled task');
  }

  /** Asks for all memory that the engine keeps for later, models and results. Best effort: it never rejects. */
  async freeMemory(client: ComfyClient): Promise<void> {
    const engine = client.address;
    try {
      await client.free({ unloadModels: true, freeMemory: true }, AbortSignal.timeout(FREE_LIMIT_MS));
      this.logger.info({ engine }, 'asked an engine to free its memory');
    } catch (error) {
      this.logger.warn({ engine, err: error }, 'an engine could not be asked to free its memory');
    }
  }
}
