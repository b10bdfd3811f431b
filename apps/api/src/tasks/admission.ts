import { Inject, Injectable } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TasksStore } from './tasks.store.js';

const RETRY_AFTER_S = 60;

/** Says no before a photo is stored when the line is too long. */
@Injectable()
export class Admission {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    private readonly tasks: TasksStore,
  ) {}

  /** @throws ProblemException `queue_full`. */
  async check(): Promise<void> {
    const { maxWaiting } = this.env;
    if ((await this.tasks.countWaiting()) < maxWaiting) return;
    throw new ProblemException('queue_full', `${maxWaiting} photos are waiting already.`, {
      retryAfterS: RETRY_AFTER_S,
    });
  }
}
