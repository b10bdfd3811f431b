import { ArtifactStore } from '@app/artifact-store';
import { cancelMarkKey, isFinalState, type CancelMark } from '@app/contracts';
import { TaskControlPublisher } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';

/** Past this time no copy of a message is on its way any more that was not taken: RabbitMQ is back, workers are too. */
const KEPT_MS = 60 * 60 * 1000;
const AT_ONCE = 8;
/** Nobody can ask for an erased task once more. */
const MARK: CancelMark = { version: 1, again: 0 };

/** The marks by which a worker that gets the message of an erased task knows that it must not begin. */
@Injectable()
export class CancelMarks {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly control: TaskControlPublisher,
  ) {}

  /** Whether a worker may (still) get or have the task's message. */
  needsOne(row: TaskRow, now: number): boolean {
    const handedOver = row.dispatched !== null || row.claimed_until > now || row.run > 0;
    if (!handedOver) return false;
    if (!isFinalState(row.state)) return true;
    // A run that was cancelled may have ended well all the same, and the message of the next one may still come.
    const mayHaveCopies = row.state === 'cancelled' || row.again > 0;
    return mayHaveCopies && (row.finished_at ?? now) > now - KEPT_MS;
  }

  async put(taskIds: readonly string[]): Promise<void> {
    const content = Buffer.from(JSON.stringify(MARK));
    for (let from = 0; from < taskIds.length; from += AT_ONCE) {
      const some = taskIds.slice(from, from + AT_ONCE);
      await Promise.all(some.map((id) => this.artifacts.put(cancelMarkKey(id), content, 'application/json')));
    }
  }

  /** Tells the workers that listen now; the marks are for the others, and have to be there before. */
  stop(taskIds: readonly string[]): void {
    for (const id of taskIds) this.control.cancel(id);
  }
}
