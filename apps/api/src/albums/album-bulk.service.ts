import { isFinalState, type TaskState } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { setImmediate as breath } from 'node:timers/promises';
import type { Caller } from '../access/caller.js';
import { AuditLog, type Act } from '../audit/audit-log.js';
import { operatorAct } from '../audit/operator-act.js';
import type { AlbumRow, TaskRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CancelService } from '../tasks/cancel.service.js';
import { RetryService } from '../tasks/retry.service.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { AlbumTasksStore } from './album-tasks.store.js';

/** What became of a request to cancel. `not_found`: ids that are of no task of this album. */
export interface Cancelled {
  cancelled: number;
  already_final: number;
  not_found: string[];
}

/** What became of a request to try again. */
export interface Retried {
  retried: number;
  not_retryable: number;
  not_found: string[];
}

const PAGE = 200;
/** So many are on their way to the disk at once; the others wait, and whoever else wants the database comes between. */
const AT_ONCE = 4;
const OPEN: readonly TaskState[] = ['queued', 'running'];
/** What was cancelled was meant to be; it is tried again only by name. */
const RETRIED_UNASKED: readonly TaskState[] = ['failed', 'expired'];

/** Does the same to many tasks of an album. What is interrupted has been done in part, and is finished by a repeat. */
@Injectable()
export class AlbumBulkService {
  constructor(
    private readonly tasks: TasksStore,
    private readonly albumTasks: AlbumTasksStore,
    private readonly cancelling: CancelService,
    private readonly retrying: RetryService,
    private readonly audit: AuditLog,
  ) {}

  /** Cancels those that wait or run: all, or those named. */
  async cancel(album: AlbumRow, caller: Caller, taskIds?: readonly string[]): Promise<Cancelled> {
    // A line that loses its end moves nobody, and no photo is handed to a worker only to be taken from it.
    const { pages, notFound } = taskIds
      ? await this.named(album, taskIds)
      : { pages: this.inStates(album.id, OPEN, 'last_to_first'), notFound: [] };
    const act = operatorAct(caller, album.owner_id, { act: 'tasks_cancelled', subject: album.id });
    const done = await this.each(pages, 'already_final', act, async (row) => {
      if (isFinalState(row.state)) return false;
      await this.cancelling.cancel(row);
      return true;
    });
    return { cancelled: done.yes, already_final: done.no, not_found: notFound };
  }

  /**
   * Puts in line again what failed or expired, or those named, which may have been cancelled too.
   * @throws ProblemException `queue_full` where no more fit in; those before stay in line.
   */
  async retry(album: AlbumRow, caller: Caller, taskIds?: readonly string[]): Promise<Retried> {
    const { pages, notFound } = taskIds
      ? await this.named(album, taskIds)
      : { pages: this.inStates(album.id, RETRIED_UNASKED, 'first_to_last'), notFound: [] };
    const act = operatorAct(caller, album.owner_id, { act: 'tasks_retried', subject: album.id });
    const done = await this.each(pages, 'not_retryable', act, async (row) => {
      await this.retrying.retry(row);
      return true;
    });
    return { retried: done.yes, not_retryable: done.no, not_found: notFound };
  }

  /** The tasks of this album among those named, and the ids of no such task. */
  private async named(album: AlbumRow, taskIds: readonly string[]) {
    const asked = [...new Set(taskIds)];
    const found = await this.tasks.findMany(asked);
    const rows = found.filter((row) => row.album_id === album.id);
    const ids = new Set(rows.map((row) => row.id));
    rows.sort((a, b) => a.album_index! - b.album_index!);
    return { pages: [rows], notFound: asked.filter((id) => !ids.has(id)) };
  }

  /** Page by page: what changes its state on the way is not seen twice. */
  private async *inStates(
    albumId: string,
    states: readonly TaskState[],
    order: 'first_to_last' | 'last_to_first',
  ): AsyncIterable<TaskRow[]> {
    let from: number | undefined;
    for (;;) {
      const rows = await this.albumTasks.pageInStates(albumId, states, { order, from, limit: PAGE });
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      from = last.album_index!;
    }
  }

  /**
   * `no` counts those that changed at this moment, so that it could not be done (`tooLate`). Where an operator does it, it
   * is written down how many it was, also where not all could be done.
   */
  private async each(
    pages: AsyncIterable<TaskRow[]> | Iterable<TaskRow[]>,
    tooLate: 'already_final' | 'not_retryable',
    act: Act | undefined,
    work: (row: TaskRow) => Promise<boolean>,
  ): Promise<{ yes: number; no: number }> {
    const done = { yes: 0, no: 0 };
    const doOne = async (row: TaskRow) => {
      try {
        done[(await work(row)) ? 'yes' : 'no'] += 1;
      } catch (error) {
        if (!(error instanceof ProblemException && error.code === tooLate)) throw error;
        done.no += 1;
      }
    };
    try {
      for await (const rows of pages) {
        for (let from = 0; from < rows.length; from += AT_ONCE) {
          await settleAll(rows.slice(from, from + AT_ONCE).map(doOne));
          await breath();
        }
      }
    } finally {
      if (act !== undefined) await this.audit.write({ ...act, count: done.yes });
    }
    return done;
  }
}

/** Like `Promise.all`, but nothing goes on in the background after a failure. */
async function settleAll(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
