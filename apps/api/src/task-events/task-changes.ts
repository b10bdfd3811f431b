import { isFinalState } from '@app/contracts';
import { TaskEventPublisher, type LiveEvent } from '@app/messaging';
import { outsideOfTraces } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { TaskRow } from '../database/schema.js';
import { Estimates } from '../estimates/estimates.js';
import { LinesService } from '../line/lines.service.js';
import { LiveHub } from '../live/live-hub.js';
import { TaskMetrics } from '../metrics/task-metrics.js';
import { TaskNotices } from '../notices/task-notices.js';
import { PROCESS_ID } from '../process-id.token.js';
import { EndedTasks } from '../tasks/ended-tasks.js';
import type { StoredChange } from '../tasks/stored-change.js';

type Changed = Extract<LiveEvent, { kind: 'changed' | 'erased' }>;
type Progress = Extract<LiveEvent, { kind: 'progress' }>;

/** What follows from a change once it is stored: the line moves, figures are counted, pages and other instances hear of it. */
@Injectable()
export class TaskChanges {
  constructor(
    private readonly lines: LinesService,
    private readonly metrics: TaskMetrics,
    private readonly estimates: Estimates,
    private readonly live: LiveHub,
    private readonly ended: EndedTasks,
    private readonly publisher: TaskEventPublisher,
    private readonly reach: BrokerReach,
    private readonly notices: TaskNotices,
    @Inject(PROCESS_ID) private readonly origin: string,
  ) {}

  /** Call it after each commit, in the order of the commits of a task. */
  stored(change: StoredChange): void {
    // What it sets off goes on after it, and for others.
    outsideOfTraces(() => this.follow(change));
  }

  /** A task that had ended elsewhere is here now: it is shown, and counts nowhere as work of this system. */
  imported(change: StoredChange): void {
    const { row } = change;
    this.metrics.imported(row);
    this.live.stored(change);
    this.broadcast({ ...this.about(row), kind: 'changed', seq: row.seq });
  }

  /** It stands elsewhere in line, or in another priority, which is no step of it. */
  moved(row: TaskRow): void {
    this.lines.stored(row);
    this.broadcast({ ...this.about(row), kind: 'changed', seq: row.seq });
  }

  /** The task and all that was known of it are gone. */
  erased(row: TaskRow): void {
    this.lines.gone(row.id, row.type);
    this.metrics.erased(row);
    this.live.erased(row.id, row.album_id);
    this.ended.tell(row.id);
    this.broadcast({ ...this.about(row), kind: 'erased' });
  }

  /** What another API instance has stored. */
  async hear(event: Changed): Promise<void> {
    if (event.origin === this.origin) return;
    await this.lines.hear(event.taskId, event.taskType);
    if (event.kind === 'changed' && event.seq === 1) this.estimates.joined(event.taskId, event.taskType);
    this.ended.tell(event.taskId);
    if (event.kind === 'erased') this.live.erased(event.taskId, event.albumId);
    else this.live.hear(event);
  }

  /** How far a task is, which every instance hears. */
  progressed(event: Progress): void {
    this.live.hear(event);
    this.notices.progress(event);
  }

  private follow(change: StoredChange): void {
    const { row } = change;
    this.lines.stored(row);
    this.metrics.stored(change);
    this.estimates.stored(change);
    this.live.stored(change);
    if (isFinalState(row.state)) this.ended.tell(row.id);
    this.notices.stored(change);
    this.broadcast({ ...this.about(row), kind: 'changed', seq: row.seq });
  }

  /** Without the broker no other instance hears of it; they look for themselves from time to time. */
  private broadcast(changed: Changed): void {
    if (!this.reach.away) this.publisher.publishChanged(changed);
  }

  private about(row: TaskRow) {
    const { id: taskId, type: taskType, album_id: albumId } = row;
    return { version: 1, origin: this.origin, taskId, taskType, albumId } as const;
  }
}
