import { isFinalState } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { TaskRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import { EndedTasks } from './ended-tasks.js';
import { readPreferredWait } from './prefer-wait.js';
import { TasksStore } from './tasks.store.js';

/** How long a change that no broker told of stays unseen; every other one is heard of at once. */
const LOOK_AGAIN_MS = 5_000;

/** Holds an answer back until its task has ended, for callers who prefer that. */
@Injectable()
export class TaskWaits {
  constructor(
    private readonly tasks: TasksStore,
    private readonly ended: EndedTasks,
  ) {}

  /**
   * The task when it has ended, when the time is over, or at once where nobody asked to wait. A caller who goes away ends
   * the wait.
   * @throws ProblemException `invalid_request`; `not_found` where it was erased meanwhile.
   */
  async settle(row: TaskRow, request: Request, response: Response): Promise<TaskRow> {
    const wait = readPreferredWait(request.get('Prefer'), request.query['wait']);
    if (wait === undefined) return row;
    if (wait.byHeader) response.setHeader('Preference-Applied', `wait=${wait.seconds}`);
    const gone = new AbortController();
    const leave = () => gone.abort();
    response.once('close', leave);
    try {
      return await this.untilEnded(row, wait.seconds * 1000, gone.signal);
    } finally {
      response.off('close', leave);
    }
  }

  /** Whether the caller asked to wait. */
  wasAsked(request: Request): boolean {
    return readPreferredWait(request.get('Prefer'), request.query['wait']) !== undefined;
  }

  private async untilEnded(row: TaskRow, waitMs: number, signal: AbortSignal): Promise<TaskRow> {
    const until = performance.now() + waitMs;
    let latest: TaskRow | undefined = row;
    while (latest !== undefined && !isFinalState(latest.state) && !signal.aborted) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) break;
      const stop = new AbortController();
      // Listening comes first: what ends between the look and the wait would not be heard.
      const heard = this.ended.wait(
        row.id,
        Math.min(leftMs, LOOK_AGAIN_MS),
        AbortSignal.any([signal, stop.signal]),
      );
      latest = await this.tasks.find(row.id);
      if (latest === undefined || isFinalState(latest.state)) stop.abort();
      await heard;
      if (!stop.signal.aborted) latest = await this.tasks.find(row.id);
    }
    if (latest === undefined) throw new ProblemException('not_found');
    return latest;
  }
}
