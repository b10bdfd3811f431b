import { Inject, Injectable } from '@nestjs/common';
import { sql, type SelectQueryBuilder } from 'kysely';
import { setImmediate as breath } from 'node:timers/promises';
import { DATABASE } from '../database/database.module.js';
import type { Database, Tables, TaskRow } from '../database/schema.js';
import type { Sought, Words } from './sought.js';

/**
 * Tasks that one query looks at: few at first, for most searches end there. A filter may match one task in a million; the
 * embedded database answers nobody else while it looks, so that it never looks at more than a few milliseconds' worth.
 */
const FIRST_WINDOWS = [200, 1_000] as const;
const LARGEST_WINDOW = 5_000;

/** Which way a search goes, and behind which task it begins; an id tells when a task was made. */
export interface Way {
  order: 'newest_first' | 'oldest_first';
  /** Undefined for the very first. */
  after?: string | undefined;
}

/** What was found, and where the search goes on; undefined where everything was looked at. */
export interface Found {
  rows: TaskRow[];
  goesOnAfter: string | undefined;
}

/** A part of a search. */
interface Window extends Way {
  size: number;
}

type Tasks = SelectQueryBuilder<Tables, 'tasks', TaskRow>;

/** Looks for tasks, window by window, each a short way along an index. */
@Injectable()
export class TaskSearchStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Finds out what somebody may mean: an id, the SHA-256 of a photo or a `client_ref` where there is a task with it, else a
   * part of the name of a file.
   */
  async tell(text: string): Promise<Words> {
    const asWritten = { id: text.toLowerCase(), sha256: text.toLowerCase(), client_ref: text };
    for (const column of ['id', 'sha256', 'client_ref'] as const) {
      const value = asWritten[column];
      const found = await this.db
        .selectFrom('tasks')
        .select('id')
        .where(column, '=', value)
        .limit(1)
        .execute();
      if (found.length > 0) return { column, value };
    }
    return { column: 'filename', part: text };
  }

  /** `limit` tasks at most; fewer where the search ended, or had looked at `windows` windows. */
  async find(
    sought: Sought,
    way: Way,
    { limit, windows }: { limit: number; windows: number },
  ): Promise<Found> {
    const rows: TaskRow[] = [];
    let after = way.after;
    for (let window = 0; window < windows; window += 1) {
      const from = { ...way, after, size: FIRST_WINDOWS[window] ?? LARGEST_WINDOW };
      const found = await this.filtered(sought, from)
        .orderBy('id', way.order === 'newest_first' ? 'desc' : 'asc')
        .limit(limit - rows.length)
        .execute();
      rows.push(...found);
      if (rows.length === limit) return { rows, goesOnAfter: rows.at(-1)!.id };
      after = await this.endOf(sought, from);
      if (after === undefined) return { rows, goesOnAfter: undefined };
      await breath();
    }
    return { rows, goesOnAfter: after };
  }

  /** How many there are. Looks at all that the index gives, with room for others in between. */
  async count(sought: Sought): Promise<number> {
    let count = 0;
    let after: string | undefined;
    do {
      const way = { order: 'oldest_first', after, size: LARGEST_WINDOW } as const;
      const inWindow = await this.db
        .selectFrom(this.filtered(sought, way).as('found'))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      count += inWindow.count;
      after = await this.endOf(sought, way);
      await breath();
    } while (after !== undefined);
    return count;
  }

  private filtered(sought: Sought, way: Window): Tasks {
    // The rest is asked of the window only, so that no other index tempts the planner to walk past it.
    let query = this.db
      .selectFrom(this.window(sought, way, 0, way.size).selectAll().as('looked_at'))
      .selectAll() as unknown as Tasks;
    const { type, failure, span, discarded, words } = sought;
    if (sought.state !== undefined) query = query.where('state', '=', sought.state);
    if (sought.ownerId !== undefined) query = query.where('owner_id', '=', sought.ownerId);
    if (sought.albumId !== undefined) query = query.where('album_id', '=', sought.albumId);
    if (type !== undefined) query = query.where('type', '=', type);
    if (failure !== undefined) query = query.where('failure_code', '=', failure);
    if (span?.from !== undefined) query = query.where(span.of, '>=', span.from);
    if (span?.to !== undefined) query = query.where(span.of, '<', span.to);
    if (discarded !== undefined) query = query.where('discarded_at', discarded ? 'is not' : 'is', null);
    if (words?.column === 'filename') {
      query = query.where(
        sql<boolean>`lower(filename) like lower(${`%${literally(words.part)}%`}) escape '!'`,
      );
    }
    return query;
  }

  /** The last id of the window; undefined where nothing lies behind it. */
  private async endOf(sought: Sought, way: Window): Promise<string | undefined> {
    const rows = await this.window(sought, way, way.size - 1, 2)
      .select('id')
      .execute();
    return rows.length === 2 ? rows[0]?.id : undefined;
  }

  private window(sought: Sought, { order, after }: Way, skip: number, limit: number) {
    const isDown = order === 'newest_first';
    let query = this.db.selectFrom('tasks').orderBy('id', isDown ? 'desc' : 'asc');
    query = query.limit(limit);
    if (skip > 0) query = query.offset(skip);
    if (after !== undefined) query = query.where('id', isDown ? '<' : '>', after);
    // One index; what is rarest comes first.
    const { words, albumId, ownerId, state } = sought;
    if (words !== undefined && words.column !== 'filename')
      return query.where(words.column, '=', words.value);
    if (albumId !== undefined) return query.where('album_id', '=', albumId);
    if (ownerId !== undefined) return query.where('owner_id', '=', ownerId);
    if (state !== undefined) return query.where('state', '=', state);
    return query;
  }
}

/** `%` and `_` stand for something in LIKE. */
function literally(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}
