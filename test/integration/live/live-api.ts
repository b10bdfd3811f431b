import type { LiveTopic } from '@app/contracts';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../../../apps/api/src/access/access.service.js';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { AlbumRow, Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import type { StateChange } from '../../../apps/api/src/tasks/task-transitions.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { eventOf, newTask } from '../api/sample-tasks.js';

export const topicOf = (kind: 'task' | 'album', id: string): LiveTopic => `${kind}:${id}`;

/** An API whose tasks are made and moved without photos and workers: stored, and told as everything that is stored. */
export class LiveApi {
  constructor(readonly api: TestApi) {}

  get url(): string {
    return this.api.url;
  }

  get db(): Database {
    return this.api.app.get<Database>(DATABASE);
  }

  async ownerOf(caller: TestCaller): Promise<string> {
    const { owner } = await this.api.app.get(AccessService).callerOf(await caller.headers(), '127.0.0.1');
    return owner!.id;
  }

  async album(ownerId: string): Promise<AlbumRow> {
    const now = Date.now();
    const album: AlbumRow = {
      id: uuidv7(),
      owner_id: ownerId,
      title: '<img src=x onerror=alert(1)>',
      seq: 0,
      photos: 0,
      created_at: now,
      expires_at: now + 1_000_000,
      callback_url: null,
      idempotency_key: null,
      priority: null,
    };
    await this.db.insertInto('albums').values(album).execute();
    return album;
  }

  async task(ownerId: string, albumId: string | null = null, type = 'person'): Promise<TaskRow> {
    const tasks = this.api.app.get(TasksStore, { strict: false });
    const stored = await tasks.insert(newTask({ ownerId, albumId, type }));
    if (typeof stored === 'string') throw new Error(`The task was not recorded: ${stored}.`);
    this.api.app.get(TaskChanges, { strict: false }).stored(stored);
    return stored.row;
  }

  /** What a worker tells; undefined where it changes nothing. */
  async tell(task: { id: string; type: string }, kind: StateChange, run = 1): Promise<TaskRow | undefined> {
    const stored = await this.api.app.get(TasksStore, { strict: false }).apply(eventOf(task, kind, { run }));
    if (stored) this.api.app.get(TaskChanges, { strict: false }).stored(stored);
    return stored?.row;
  }
}
