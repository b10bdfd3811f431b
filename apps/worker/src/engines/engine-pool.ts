import { ComfyClient } from '@app/comfyui';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';
import { NoEngineAnswers } from './no-engine.errors.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** An engine that is away for hours says so once a minute, not every few seconds. */
const LONGEST_SILENCE_MS = 60_000;
/** The smallest question there is: one that gets no answer in this time is not asked to colour a photo. */
const ANSWER_LIMIT_MS = 2_000;

/** The engines that this worker may use. */
@Injectable()
export class EnginePool implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clients: ComfyClient[];

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

  /**
   * The engine with the shortest queue of those that answer within 2 s. Waits while none does: a photo is not to
   * blame for an engine that is away.
   * @throws NoEngineAnswers after `ENGINE_WAIT`, because the broker takes a message back that is held for too long;
   * the signal's reason when aborted.
   */
  async pick(signal: AbortSignal): Promise<ComfyClient> {
    const giveUpAt = Date.now() + this.env.engineWaitMs;
    let silenceMs = FIRST_WAIT_MS;
    let nextWarningAt = Date.now();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const client = await this.leastBusy(signal);
      signal.throwIfAborted();
      if (client) return client;
      if (Date.now() + waitMs > giveUpAt) throw new NoEngineAnswers(this.env.engineWaitMs);
      if (Date.now() >= nextWarningAt) {
        this.logger.warn({ engines: this.env.comfyuiUrls.length, retryInMs: waitMs }, 'no engine answers');
        nextWarningAt = Date.now() + silenceMs;
        silenceMs = Math.min(silenceMs * 2, LONGEST_SILENCE_MS);
      }
      await sleep(waitMs, undefined, { signal });
    }
  }

  /** True when at least one engine answers. */
  async reachable(): Promise<boolean> {
    return (await this.leastBusy()) !== undefined;
  }

  private async leastBusy(signal?: AbortSignal): Promise<ComfyClient | undefined> {
    const inTime = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const asked = await Promise.allSettled(
      this.clients.map(async (client) => {
        const remaining = await client.queueRemaining(AbortSignal.any([inTime, ...(signal ? [signal] : [])]));
        return { client, remaining };
      }),
    );
    const answered = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    return answered.sort((a, b) => a.remaining - b.remaining)[0]?.client;
  }
}
