import { inTaskTrace, type Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as breath } from 'node:timers/promises';
import type { Act } from '../audit/audit-log.js';
import type { TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { TaskChanges } from '../task-events/task-changes.js';
import { CancelMarks } from './cancel-marks.js';
import { EngineCopies } from './engine-copies.js';
import { keysOfRow, ledgerKeys } from './erased-keys.js';
import { ErasedFiles } from './erased-files.js';
import { ErasuresStore } from './erasures.store.js';

/** Tasks of one transaction: few enough that the embedded database is free again within some milliseconds. */
const BATCH = 50;

/** The first round of an erasure: stop the workers, delete the row, tell, delete what can be named. */
@Injectable()
export class TaskEraser {
  constructor(
    private readonly erasures: ErasuresStore,
    private readonly files: ErasedFiles,
    private readonly marks: CancelMarks,
    private readonly engines: EngineCopies,
    private readonly changes: TaskChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** In batches, with a breath after each. */
  async erase(rows: readonly TaskRow[], act?: Act): Promise<void> {
    for (let from = 0; from < rows.length; from += BATCH) {
      await this.eraseBatch(rows.slice(from, from + BATCH), act);
      await breath();
    }
  }

  private async eraseBatch(rows: readonly TaskRow[], act?: Act): Promise<void> {
    const now = Date.now();
    // First of all: with the row gone, nobody would know that a worker has to be stopped.
    const marked = rows.filter((row) => this.mayRun(row, now)).map((row) => row.id);
    await this.marks.put(marked);
    const ids = rows.map((row) => row.id);
    const gone = await this.erasures.take(ids, now, act);
    if (gone.length === 0) return;
    // One may have been handed over to a worker since.
    const atWork = gone.filter((row) => this.mayRun(row, now)).map((row) => row.id);
    await this.marks.put(atWork.filter((id) => !marked.includes(id)));
    this.marks.stop(atWork);
    for (const row of gone) this.changes.erased(row);
    await this.files.remove(gone.flatMap((row) => this.keysToRemove(row, now)));
    for (const row of gone) await this.engines.ask(row.id);
    for (const row of gone) inTaskTrace(row, () => this.logger.info({ taskId: row.id }, 'erased'));
  }

  private mayRun(row: TaskRow, now: number): boolean {
    // A cancelled one has its mark already.
    return row.state !== 'cancelled' && this.marks.needsOne(row, now);
  }

  /** Where no worker has or gets the task, nothing of it has to wait for a later round. */
  private keysToRemove(row: TaskRow, now: number): string[] {
    return [...keysOfRow(row), ...(this.marks.needsOne(row, now) ? [] : ledgerKeys(row.id))];
  }
}
