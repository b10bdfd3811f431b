import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, TaskRow } from '../database/schema.js';

/** What the line has to know of a waiting task. */
export type WaitingTask = Pick<
  TaskRow,
  | 'id'
  | 'type'
  | 'state'
  | 'seq'
  | 'owner_id'
  | 'priority'
  | 'turn'
  | 'dispatched'
  | 'sent_class'
  | 'queued_at'
  | 'retry_at'
>;

const COLUMNS = [
  'id',
  'type',
  'state',
  'seq',
  'owner_id',
  'priority',
  'turn',
  'dispatched',
  'sent_class',
  'queued_at',
  'retry_at',
] as const satisfies (keyof WaitingTask)[];

/** A million rows at once would take a gigabyte for a moment. */
const PAGE = 10_000;

/** The waiting tasks as the database has them. */
@Injectable()
export class WaitingStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** All that wait, page by page. */
  async *all(): AsyncGenerator<WaitingTask[]> {
    const types = await this.db.selectFrom('tasks').select('type').distinct().execute();
    for (const { type } of types) {
      let page: WaitingTask[] = [];
      do {
        page = await this.page(type, page.at(-1)?.id ?? '');
        yield page;
      } while (page.length === PAGE);
    }
  }

  async count(): Promise<number> {
    const { count } = await this.db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow();
    return count;
  }

  async find(id: string): Promise<WaitingTask | undefined> {
    return this.db.selectFrom('tasks').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  }

  /** One type at a time, so that both databases go on in the index where the page before ended. */
  private page(type: string, after: string): Promise<WaitingTask[]> {
    return this.db
      .selectFrom('tasks')
      .select(COLUMNS)
      .where('state', '=', 'queued')
      .where('type', '=', type)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
  }
}
