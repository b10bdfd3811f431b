import { isFinalState, TASK_STATES } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';

/** Long enough for a window of confirms that time out; what an instance held that died comes free after it. */
const CLAIM_MS = 10_000;

const FINAL_STATES = TASK_STATES.filter(isFinalState);

/** A message that this process publishes now; nobody else does before `claimedUntil` (by the clock of each). */
export interface ClaimedMessage {
  taskId: string;
  /** JSON of TaskMessage. */
  message: string;
  priority: number;
  createdAt: number;
  claimedUntil: number;
  /** Epoch milliseconds, by the task as it is now. */
  deadlineAt: number | null;
}

/** Messages that still have to reach the broker, the oldest first. Rows are made with their task (TasksStore). */
@Injectable()
export class OutboxStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Claims the oldest messages that nobody has claimed, or those of them that follow `after`. Several instances may
   * ask at once: each row goes to one of them. Rows of tasks that have ended meanwhile are dropped.
   */
  async claim(limit: number, after?: ClaimedMessage, now = Date.now()): Promise<ClaimedMessage[]> {
    const claimedUntil = now + CLAIM_MS;
    const claimed = await this.db
      .updateTable('outbox')
      .set({ claimed_until: claimedUntil })
      .where('task_id', 'in', (eb) => {
        const free = eb.selectFrom('outbox').select('task_id').where('claimed_until', '<=', now);
        const next = after
          ? free.where((row) =>
              row.or([
                row('created_at', '>', after.createdAt),
                row('created_at', '=', after.createdAt).and('task_id', '>', after.taskId),
              ]),
            )
          : free;
        return next.orderBy('created_at').orderBy('task_id').limit(limit);
      })
      // Said again, because PostgreSQL looks at a row again that another instance has changed meanwhile.
      .where('claimed_until', '<=', now)
      .returning('task_id')
      .execute();
    const ids = claimed.map((row) => row.task_id);
    if (ids.length === 0) return [];
    await this.dropEnded(ids);
    return this.db
      .selectFrom('outbox')
      .innerJoin('tasks', 'tasks.id', 'outbox.task_id')
      .select([
        'outbox.task_id as taskId',
        'outbox.message as message',
        'outbox.priority as priority',
        'outbox.created_at as createdAt',
        'outbox.claimed_until as claimedUntil',
        'tasks.deadline_at as deadlineAt',
      ])
      .where('outbox.task_id', 'in', ids)
      .where('outbox.claimed_until', '=', claimedUntil)
      .orderBy('outbox.created_at')
      .orderBy('outbox.task_id')
      .execute();
  }

  /** Lets go of messages that could not be published. What another instance has claimed since stays claimed. */
  async release(messages: readonly ClaimedMessage[]): Promise<void> {
    const [first] = messages;
    if (first === undefined) return;
    const ids = messages.map((message) => message.taskId);
    await this.db
      .updateTable('outbox')
      .set({ claimed_until: 0 })
      .where('task_id', 'in', ids)
      .where('claimed_until', '=', first.claimedUntil)
      .execute();
  }

  /** Only where no other process uses the database: takes back what an earlier one had claimed. */
  async releaseAll(): Promise<void> {
    await this.db.updateTable('outbox').set({ claimed_until: 0 }).where('claimed_until', '>', 0).execute();
  }

  async remove(taskIds: readonly string[]): Promise<void> {
    if (taskIds.length === 0) return;
    await this.db
      .deleteFrom('outbox')
      .where('task_id', 'in', [...taskIds])
      .execute();
  }

  async count(): Promise<number> {
    const { pending } = await this.db
      .selectFrom('outbox')
      .select((eb) => eb.fn.countAll<number>().as('pending'))
      .executeTakeFirstOrThrow();
    return pending;
  }

  /** The tasks whose message the broker has not got yet. */
  async taskIds(): Promise<string[]> {
    const rows = await this.db.selectFrom('outbox').select('task_id').execute();
    return rows.map((row) => row.task_id);
  }

  private async dropEnded(ids: readonly string[]): Promise<void> {
    await this.db
      .deleteFrom('outbox')
      .where('task_id', 'in', [...ids])
      .where('task_id', 'in', (eb) =>
        eb
          .selectFrom('tasks')
          .select('id')
          .where('id', 'in', [...ids])
          .where('state', 'in', FINAL_STATES),
      )
      .execute();
  }
}
