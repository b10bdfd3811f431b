import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import {
  cancelMarkKey,
  cancelMarkSchema,
  taskLedgerKey,
  taskLedgerSchema,
  type CancelMark,
  type TaskLedger,
} from '@app/contracts';
import { LedgerUnreadable, type TaskLedgerStore } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** Ledgers as small files beside the pictures; every write is atomic and flushed to the disk. */
@Injectable()
export class TaskLedgers implements TaskLedgerStore {
  constructor(private readonly artifacts: ArtifactStore) {}

  /**
   * @throws LedgerUnreadable for a ledger that cannot be understood. Such a one was written by a newer worker or by hand, never
   * half (writes are atomic); to take it for absent would overwrite it, and run a finished or poisonous task anew.
   */
  async read(taskId: string): Promise<TaskLedger | undefined> {
    const key = taskLedgerKey(taskId);
    const text = await this.textAt(key);
    if (text === undefined) return undefined;
    const ledger = taskLedgerSchema.safeParse(parseJson(text));
    if (ledger.success) return ledger.data;
    throw new LedgerUnreadable(`The ledger ${key} cannot be understood: ${z.prettifyError(ledger.error)}`);
  }

  async write(taskId: string, ledger: TaskLedger): Promise<void> {
    await this.artifacts.put(taskLedgerKey(taskId), Buffer.from(JSON.stringify(ledger)), 'application/json');
  }

  /** Whatever the mark holds, the task is cancelled. */
  async cancellation(taskId: string): Promise<Partial<CancelMark> | undefined> {
    const text = await this.textAt(cancelMarkKey(taskId));
    return text === undefined ? undefined : (cancelMarkSchema.safeParse(parseJson(text)).data ?? {});
  }

  /** Undefined where nothing is there. */
  private async textAt(key: string): Promise<string | undefined> {
    try {
      return (await this.artifacts.read(key)).toString('utf8');
    } catch (error) {
      if (error instanceof ArtifactNotFound) return undefined;
      throw error;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
