import { ParkingLot, type ParkedTask } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { TasksStore } from '../tasks/tasks.store.js';

/** Takes copies of tasks out of the parking queue that nobody will need any more. */
@Injectable()
export class ParkedCopies {
  constructor(
    private readonly parking: ParkingLot,
    private readonly tasks: TasksStore,
  ) {}

  /** How many messages are parked. Rejects while there is no connection. */
  async count(): Promise<number> {
    return this.parking.count();
  }

  /** @returns how many were taken out. Rejects while there is no connection; what was taken out by then stays out. */
  async sweep(): Promise<number> {
    return this.parking.discard(async (parked) => {
      const ids = parked.flatMap(({ taskId }) => taskId ?? []);
      const byId = new Map((await this.tasks.findMany(ids)).map((row) => [row.id, row]));
      return parked.map((copy) => isOver(copy, byId.get(copy.taskId ?? '')));
    });
  }
}

/**
 * Its task was discarded, has succeeded, or was put in line again after the copy was parked. The copy of a task that nobody
 * knows stays: it may be all that is left of it.
 */
export function isOver(
  { parkedAt }: Pick<ParkedTask, 'parkedAt'>,
  task: Pick<TaskRow, 'state' | 'discarded_at' | 'queued_at'> | undefined,
): boolean {
  if (task === undefined) return false;
  if (task.discarded_at !== null || task.state === 'succeeded') return true;
  return parkedAt !== null && Date.parse(parkedAt) < task.queued_at;
}
