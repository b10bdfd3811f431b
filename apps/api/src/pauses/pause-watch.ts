import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { Pauses } from './pauses.js';

const EVERY_MS = 5_000;

/** Several instances tell each other of pauses, which may get lost: each looks for itself from time to time. */
@Injectable()
export class PauseWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(
    pauses: Pauses,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) logger: Logger,
  ) {
    const options = { name: 'look for pauses', everyMs: EVERY_MS, firstAfterMs: EVERY_MS, logger };
    this.work = new RepeatedWork(() => pauses.refresh(), options);
  }

  onApplicationBootstrap(): void {
    // The embedded database is of one process, which knows all that is stored.
    if (!this.env.databaseUrl.startsWith('file:')) this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }
}
