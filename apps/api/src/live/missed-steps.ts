import { Injectable } from '@nestjs/common';
import { TaskViews } from '../tasks/task-views.js';
import type { LiveFrame } from './live-frame.js';
import { LiveSource } from './live-source.js';
import type { LiveTopic } from './live-topic.js';
import { SharedReads } from './shared-reads.js';
import { stepFrame } from './step-frame.js';
import type { Subscription } from './subscription.js';

/** Sends what a client has missed, from the log. */
@Injectable()
export class MissedSteps {
  constructor(
    private readonly source: LiveSource,
    private readonly views: TaskViews,
    private readonly reads: SharedReads,
  ) {}

  /** The next steps; where one is no more because its task was erased, the subscription begins anew. */
  async sendSome(subscription: Subscription, topic: LiveTopic): Promise<void> {
    const after = subscription.seq!;
    const frames = await this.reads.read(topic, `steps ${after}`, () => this.read(topic, after));
    // The client may have asked for something else meanwhile.
    if (subscription.seq !== after || subscription.resuming) return;
    if (frames.length === 0) return subscription.begin(undefined);
    for (const frame of frames) {
      if (frame.seq !== subscription.seq + 1) return subscription.begin(undefined);
      if (subscription.subscriber.isFull) return;
      subscription.subscriber.send(frame);
      subscription.seq = frame.seq;
    }
  }

  private async read(topic: LiveTopic, after: number): Promise<LiveFrame[]> {
    const { entries, rows } = await this.source.stepsAfter(topic.name, after);
    const counts = topic.name.kind === 'album' ? (await this.source.albumState(topic.name.id))?.counts : null;
    return entries.flatMap((entry) => {
      const row = rows.get(entry.task_id);
      return row ? [stepFrame(topic.name, entry, this.views.of(row), counts ?? null)] : [];
    });
  }
}
