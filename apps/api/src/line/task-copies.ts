import { ArtifactStore } from '@app/artifact-store';
import { taskLedgerKey, type TaskLedger } from '@app/contracts';
import { TaskPublisher } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { TaskRow } from '../database/schema.js';
import { readLedger } from '../tasks/read-ledger.js';
import { brokerClass } from './broker-class.js';
import { toMessage } from './to-message.js';

const REMEMBERED = 10_000;

type Publishing = () => Promise<void>;

/**
 * Publishes the message of a task so that a worker takes it for the current one. A worker drops a copy that says of fewer
 * settled runs than the task's ledger does, and the API drops events of runs that are not above those it knows; both have
 * to agree also where the broker or the ledgers were lost, or where the database is that of a backup.
 */
@Injectable()
export class TaskCopies {
  private readonly missed = new LRUCache<string, true>({ max: REMEMBERED });

  constructor(
    private readonly publisher: TaskPublisher,
    private readonly artifacts: ArtifactStore,
  ) {}

  /** What was published of these tasks is lost as far as can be seen; the next copies count as the current ones. */
  miss(taskIds: readonly string[]): void {
    for (const id of taskIds) this.missed.set(id, true);
  }

  /**
   * What publishes the message once it is called, and begins with it at once: so several are published in the order of the
   * calls. That rejects with a PublishError, or ArtifactStoreUnavailable.
   */
  async prepare(row: TaskRow): Promise<Publishing> {
    const isMissed = this.missed.has(row.id);
    if (row.run === 0 && !isMissed) return () => this.publishFirst(row);
    try {
      const publish = await this.byLedger(row, isMissed);
      return () => publish().then(() => void this.missed.delete(row.id));
    } catch (error) {
      return () => Promise.reject(error);
    }
  }

  private async byLedger(row: TaskRow, isMissed: boolean): Promise<Publishing> {
    const ledger = await readLedger(this.artifacts, row.id);
    // What a worker cannot read it sets aside, whatever the message says.
    if (ledger === 'unreadable') return () => this.publishFirst(row);
    const { run = 0, settledRun = 0 } = ledger ?? {};
    if (row.again > 0 && !isMissed) {
      if (run < row.run - 1) await this.raise(row, row.run - 1);
      return () => this.publishFirst(row);
    }
    const settledRuns = run < row.run ? await this.raise(row, row.run) : settledRun;
    return () =>
      settledRuns === 0 && row.run === 0 ? this.publishFirst(row) : this.publishBegun(row, settledRuns);
  }

  private publishFirst(row: TaskRow): Promise<void> {
    return this.publisher.publishTask(toMessage(row), {
      priority: classOf(row),
      anew: row.again > 0,
      ...(row.deadline_at !== null && { deadlineAt: row.deadline_at }),
    });
  }

  private publishBegun(row: TaskRow, settledRuns: number): Promise<void> {
    return this.publisher.publishAgain(toMessage(row), {
      priority: classOf(row),
      settledRuns,
      cameBack: false,
    });
  }

  /** The ledger is lost or older than the store: the next run has to be above those that the store knows. */
  private async raise(row: TaskRow, run: number): Promise<number> {
    const ledger: TaskLedger = {
      version: 1,
      run,
      settledRun: run,
      // Its last attempt has not ended, or nobody knows whether it counted.
      failedAttempts: row.again > 0 ? 0 : Math.max(0, row.attempts - 1),
      crashes: 0,
      holder: null,
      prompt: null,
    };
    const key = taskLedgerKey(row.id);
    await this.artifacts.put(key, Buffer.from(JSON.stringify(ledger)), 'application/json');
    return run;
  }
}

function classOf(row: TaskRow): number {
  return row.sent_class ?? brokerClass(row.priority);
}
