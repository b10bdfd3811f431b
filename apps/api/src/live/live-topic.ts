import type { LivePlace, TaskProgress, TaskView } from '@app/contracts';
import { Mutex } from 'async-mutex';
import type { TaskRow } from '../database/schema.js';
import type { StoredChange } from '../tasks/stored-change.js';
import type { LiveFrame } from './live-frame.js';
import type { Subscription } from './subscription.js';
import type { TopicName } from './topic-name.js';
import { toPlace, toWaiting, type WaitingTask } from './waiting-task.js';

/** After so many sends others get a turn: the requests and the workers' events. */
const AT_ONCE = 500;

/** A task or an album that somebody watches, and what all who watch it have been told. */
export class LiveTopic {
  readonly subscriptions = new Set<Subscription>();
  /** The number of the last step that was told. */
  head = 0;
  /** Who needs nobody's leave to watch it. */
  ownerId = '';
  /** Whose links count here: the album itself, or that of the task. */
  albumId: string | null = null;
  /** Something may be stored that is not told yet. */
  mustLook = false;
  /** Somebody tells what is stored, and looks again before he ends. */
  isFed = false;
  /** What was stored here and is not told yet, by its number. */
  readonly fresh = new Map<number, StoredChange>();
  /** Tasks that were erased and are not told yet. */
  readonly erased: string[] = [];
  /** The tasks that wait, as they were told last. */
  readonly waiting = new Map<string, WaitingTask>();
  /** The tasks that run, and in which run. */
  readonly running = new Map<string, number>();
  /** Progress that is not told yet, the latest of each task. */
  readonly progress = new Map<string, TaskProgress>();
  /** No places before that: a long list is told less often. */
  placesAfter = 0;
  /** Rises with everything that is told: what was read for one client may serve others while it is the same. */
  version = 0;
  /** One at a time changes what was told. */
  readonly turn = new Mutex();

  constructor(readonly name: TopicName) {}

  /** A task of the topic as it is told now; undefined when it is no more. */
  note(row: TaskRow, view: TaskView): void {
    this.progress.delete(row.id);
    if (row.state === 'queued') this.waiting.set(row.id, toWaiting(row, toPlace(view)));
    else this.waiting.delete(row.id);
    if (row.state === 'running') this.running.set(row.id, row.run);
    else this.running.delete(row.id);
  }

  drop(taskId: string): void {
    this.waiting.delete(taskId);
    this.running.delete(taskId);
    this.progress.delete(taskId);
  }

  *places(): Generator<LivePlace> {
    for (const { told } of this.waiting.values()) yield told;
  }

  /** Sends a message to all who are live, in slices. Call it in `turn`. */
  async tell(frame: LiveFrame): Promise<void> {
    this.version += 1;
    if (frame.seq !== null) this.head = Math.max(this.head, frame.seq);
    let sent = 0;
    for (const subscription of this.subscriptions) {
      subscription.offer(frame);
      sent += 1;
      if (sent % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
