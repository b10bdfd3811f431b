import type { LiveMessage, TaskView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { LiveProgress } from '../task-events/live-progress.js';
import { TaskViews } from '../tasks/task-views.js';
import { LiveFrame } from './live-frame.js';
import { LiveSource, type AlbumState } from './live-source.js';
import type { LiveTopic } from './live-topic.js';
import { SharedReads } from './shared-reads.js';
import type { Subscription } from './subscription.js';

/** A part of a snapshot. */
interface Part {
  frame: LiveFrame;
  afterIndex: number;
  complete: boolean;
}

/**
 * Sends a topic as it is. The number is read before the tasks are: what happens between is told by the steps that follow,
 * so that the tasks may be further than the number, and never less far.
 */
@Injectable()
export class Snapshots {
  constructor(
    private readonly source: LiveSource,
    private readonly views: TaskViews,
    private readonly progress: LiveProgress,
    private readonly reads: SharedReads,
  ) {}

  /** One part of it; false where there is nothing of the topic any more. */
  async sendPart(subscription: Subscription, topic: LiveTopic): Promise<boolean> {
    if (topic.name.kind === 'task') return this.sendTask(subscription, topic);
    const state =
      subscription.snapshot ??
      (await this.reads.read(topic, 'album', () => this.source.albumState(topic.name.id)));
    if (state === undefined) return false;
    const at = subscription.snapshot ?? { ...state, afterIndex: -1 };
    subscription.snapshot ??= at;
    const key = `page ${at.afterIndex} of ${at.seq}`;
    const part = await this.reads.read(topic, key, () => this.readPage(topic, at, at.afterIndex));
    // The client may have asked for something else meanwhile.
    if (subscription.snapshot !== at) return true;
    subscription.snapshot = part.complete ? undefined : { ...at, afterIndex: part.afterIndex };
    if (part.complete) subscription.seq = at.seq;
    subscription.subscriber.send(part.frame);
    return true;
  }

  /** The latest progress of what runs. */
  *progressOf({ name, running }: LiveTopic): Generator<LiveMessage> {
    for (const [id, run] of running) {
      const progress = this.progress.of(id, run);
      if (progress) yield { event: 'progress', data: { topic: name.topic, id, progress } };
    }
  }

  private async sendTask(subscription: Subscription, topic: LiveTopic): Promise<boolean> {
    const frame = await this.reads.read(topic, 'task', () => this.readTask(topic));
    if (frame === undefined) return false;
    if (subscription.seq !== undefined) return true;
    subscription.seq = frame.seq!;
    subscription.subscriber.send(frame);
    return true;
  }

  private async readTask(topic: LiveTopic): Promise<LiveFrame | undefined> {
    const row = await this.source.task(topic.name.id);
    if (row === undefined) return undefined;
    const data = { topic: topic.name.topic, seq: row.seq, complete: true, counts: null };
    return new LiveFrame({ event: 'snapshot', data: { ...data, tasks: [this.viewOf(topic, row)] } });
  }

  private async readPage(topic: LiveTopic, { seq, counts }: AlbumState, afterIndex: number): Promise<Part> {
    const { rows, more } = await this.source.page(topic.name.id, afterIndex);
    const tasks = rows.map((row) => this.viewOf(topic, row));
    const data = { topic: topic.name.topic, seq, complete: !more, tasks, counts };
    const frame = new LiveFrame({ event: 'snapshot', data });
    return { frame, afterIndex: rows.at(-1)?.album_index ?? afterIndex, complete: !more };
  }

  /** With the place that all others were told, so that whatever they are told next is right for this client too. */
  private viewOf(topic: LiveTopic, row: TaskRow): TaskView {
    const view = this.views.of(row);
    const waiting = topic.waiting.get(row.id);
    return waiting?.row.seq === row.seq ? { ...view, ...waiting.told } : view;
  }
}
