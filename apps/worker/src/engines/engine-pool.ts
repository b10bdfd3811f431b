import { ComfyClient } from '@app/comfyui';
import { TaskFailure } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

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
   * The engine with the shortest queue of those that answer. Waits while none does: a photo is not to blame for an
   * engine that is away, so that costs it no attempt.
   * @throws TaskFailure `engine_unreachable` after `ENGINE_WAIT`; the signal's reason when aborted.
   */
  async pick(signal: AbortSignal): Promise<ComfyClient> {
    const giveUpAt = Date.now() + this.env.engineWaitMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const client = await this.leastBusy();
      signal.throwIfAborted();
      if (client) return client;
      if (Date.now() + waitMs > giveUpAt) {
        throw new TaskFailure(
          'engine_unreachable',
          `No engine answered for ${this.env.engineWaitMs / 1000} s.`,
        );
      }
      this.logger.warn({ engines: this.env.comfyuiUrls.length, retryInMs: waitMs }, 'no engine answers');
      await sleep(waitMs, undefined, { signal });
    }
  }

  /** True when at least one engine answers. */
  async reachable(): Promise<boolean> {
    return (await this.leastBusy()) !== undefined;
  }

  private async leastBusy(): Promise<ComfyClient | undefined> {
    const asked = await Promise.allSettled(
      this.clients.map(async (client) => ({ client, remaining: await client.queueRemaining() })),
    );
    const answered = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    return answered.sort((a, b) => a.remaining - b.remaining)[0]?.client;
  }
}
