import { Injectable } from '@nestjs/common';
import type { OperationRow } from '../database/schema.js';
import { OperationStep } from './operation-step.js';
import { OperationTasks } from './operation-tasks.js';
import { OperationsStore, type BatchResult } from './operations.store.js';

/**
 * A batch ends after so long, whatever is left of it. Stopping an operation takes effect between batches, and its lease,
 * which is renewed there, has to outlast each.
 */
const BATCH_MS = 1_000;

/**
 * Does one batch of an operation. Its ids are written down first, so that whoever goes on after a process has died counts
 * what that one had done, and does the rest.
 */
@Injectable()
export class OperationBatch {
  constructor(
    private readonly store: OperationsStore,
    private readonly tasks: OperationTasks,
    private readonly step: OperationStep,
  ) {}

  /** As many tasks as it may do in a second, and can. @returns false once it has ended. */
  async do(operation: OperationRow, signal: AbortSignal): Promise<boolean> {
    const left = operation.batch === null ? undefined : (JSON.parse(operation.batch) as string[]);
    const ids = left ?? (await this.nextOf(operation));
    if (ids.length === 0) {
      await this.store.finish(operation.id);
      return false;
    }
    if (left === undefined && !(await this.store.begin(operation, ids))) return false;
    const result = await this.each(operation, ids, { isLeft: left !== undefined, signal });
    await this.store.settle(operation, result);
    const isLast = left === undefined && ids.length < operation.per_second && result.reached === ids.at(-1);
    if (isLast) await this.store.finish(operation.id);
    return !isLast;
  }

  private nextOf(operation: OperationRow): Promise<string[]> {
    const { kind, created_at, reached, per_second: limit } = operation;
    const match = JSON.parse(operation.match) as Parameters<OperationTasks['next']>[0]['match'];
    return this.tasks.next({ kind, match, created_at }, reached, limit);
  }

  /** Those behind one that has to wait, and those for which there is no time, are taken up by the next batch. */
  private async each(
    operation: OperationRow,
    ids: readonly string[],
    { isLeft, signal }: { isLeft: boolean; signal: AbortSignal },
  ): Promise<BatchResult> {
    const found = new Map((await this.tasks.read(ids)).map((row) => [row.id, row]));
    const result: BatchResult = { done: 0, skipped: 0, reached: operation.reached };
    const until = performance.now() + BATCH_MS;
    for (const id of ids) {
      if (signal.aborted || performance.now() > until) return result;
      const task = found.get(id);
      const wasDone = isLeft && task !== undefined && (await this.step.wasDone(operation, task));
      const outcome = wasDone ? 'done' : task === undefined ? 'skipped' : await this.step.do(operation, task);
      if (outcome === 'later') return result;
      result[outcome] += 1;
      result.reached = id;
    }
    return result;
  }
}
