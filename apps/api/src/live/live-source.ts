import { TASK_STATES, type AlbumCounts } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { AlbumRow, Database, TaskLogRow, TaskRow } from '../database/schema.js';
import { TaskLogStore } from '../tasks/task-log.store.js';
import { TasksStore } from '../tasks/tasks.store.js';
import type { TopicName } from './topic-name.js';

/** Tasks in one snapshot. */
const PAGE = 200;
/** Steps that are read at once. */
const STEPS = 200;
/** Ids in one query. */
const IDS = 500;

/** Where an album stands: all of one moment. */
export interface AlbumState {
  /** The number of its last step. */
  seq: number;
  counts: AlbumCounts;
}

/** Steps of a topic, and their tasks as they are now; a task that was erased meanwhile is missing, and so are its steps. */
export interface Steps {
  entries: TaskLogRow[];
  rows: Map<string, TaskRow>;
}

/** What the store knows about topics. */
@Injectable()
export class LiveSource {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly log: TaskLogStore,
    private readonly tasks: TasksStore,
  ) {}

  async task(id: string): Promise<TaskRow | undefined> {
    return this.tasks.find(id);
  }

  async album(id: string): Promise<AlbumRow | undefined> {
    return this.db.selectFrom('albums').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The steps that follow `after`; not all of them where there are many. */
  async stepsAfter({ kind, id }: TopicName, after: number): Promise<Steps> {
    const entries =
      kind === 'task'
        ? (await this.log.ofTask(id, after)).slice(0, STEPS)
        : await this.log.ofAlbum(id, after, STEPS);
    const ids = [...new Set(entries.map((entry) => entry.task_id))];
    const rows = await this.tasks.findMany(ids);
    return { entries, rows: new Map(rows.map((row) => [row.id, row])) };
  }

  /** The number of the topic's last step; undefined when it is no more. */
  async head({ kind, id }: TopicName): Promise<number | undefined> {
    return (await this.heads(kind, [id])).get(id);
  }

  /** Undefined when there is no such album (any more). */
  async albumState(id: string): Promise<AlbumState | undefined> {
    const rows = await this.db
      .selectFrom('albums')
      .leftJoin('tasks', 'tasks.album_id', 'albums.id')
      .select(['albums.seq', 'tasks.state'])
      .select((eb) => eb.fn.count<number>('tasks.id').as('count'))
      .where('albums.id', '=', id)
      .groupBy(['albums.seq', 'tasks.state'])
      .execute();
    const [first] = rows;
    if (first === undefined) return undefined;
    const counts = Object.fromEntries(['total', ...TASK_STATES].map((key) => [key, 0])) as AlbumCounts;
    for (const { state, count } of rows) {
      if (state === null) continue;
      counts[state] = count;
      counts.total += count;
    }
    return { seq: first.seq, counts };
  }

  /** The tasks of an album in their order, those that follow `afterIndex`; `more` where these are not the last. */
  async page(albumId: string, afterIndex: number): Promise<{ rows: TaskRow[]; more: boolean }> {
    const rows = await this.db
      .selectFrom('tasks')
      .selectAll()
      .where('album_id', '=', albumId)
      .where('album_index', '>', afterIndex)
      .orderBy('album_index')
      .limit(PAGE + 1)
      .execute();
    return { rows: rows.slice(0, PAGE), more: rows.length > PAGE };
  }

  /** The tasks of an album that wait or run. */
  async unfinished(albumId: string): Promise<TaskRow[]> {
    return this.db
      .selectFrom('tasks')
      .selectAll()
      .where('album_id', '=', albumId)
      .where('state', 'in', ['queued', 'running'])
      .execute();
  }

  /** The number of the last step of each of these tasks or albums; those that are no more are left out. */
  async heads(kind: TopicName['kind'], ids: readonly string[]): Promise<Map<string, number>> {
    const heads = new Map<string, number>();
    for (let from = 0; from < ids.length; from += IDS) {
      const some = ids.slice(from, from + IDS);
      const rows = await this.db
        .selectFrom(kind === 'task' ? 'tasks' : 'albums')
        .select(['id', 'seq'])
        .where('id', 'in', some)
        .execute();
      for (const { id, seq } of rows) heads.set(id, seq);
    }
    return heads;
  }
}
