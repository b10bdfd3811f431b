import type { LivePlace, TaskEvent } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { TaskViews } from '../tasks/task-views.js';
import { Duty } from './duty.js';
import { LiveFrame } from './live-frame.js';
import type { LiveTopic } from './live-topic.js';
import { LiveTopics } from './live-topics.js';
import { placesFrame } from './places-frame.js';
import { differs } from './waiting-task.js';

/** Places and progress are told at most so often: one finished task moves everybody who waits behind it. */
const ROUND_MS = 250;
/** A topic with so many new places is told that much later again. A phone on a slow line follows 5,000 photos too. */
const MS_PER_PLACE = 1;

/**
 * Tells the places in line and the progress of what is watched: the latest only, in rounds that leave the process most of
 * its time for everything else, however many watch.
 */
@Injectable()
export class TransientRounds implements BeforeApplicationShutdown {
  /** Types whose line has moved. */
  private moved = new Set<string>();
  private progressed = new Set<LiveTopic>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly topics: LiveTopics,
    private readonly views: TaskViews,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  lineMoved(type: string): void {
    this.moved.add(type);
    this.schedule();
  }

  progress({ taskId, run, progress }: Extract<TaskEvent, { kind: 'progress' }>): void {
    for (const topic of this.topics.whereRuns(taskId, run)) {
      topic.progress.set(taskId, progress);
      this.progressed.add(topic);
      this.schedule();
    }
  }

  private schedule(): void {
    if (this.timer !== undefined || this.stopped) return;
    this.timer = setTimeout(() => {
      this.round()
        .catch((error: unknown) => this.logger.error({ err: error }, 'places were not told'))
        .finally(() => {
          this.timer = undefined;
          if (this.moved.size + this.progressed.size > 0) this.schedule();
        });
    }, ROUND_MS).unref();
  }

  private async round(): Promise<void> {
    const [types, progressed] = [this.moved, this.progressed];
    this.moved = new Set();
    this.progressed = new Set();
    const topics = new Set([...types].flatMap((type) => this.topics.ofType(type)));
    const duty = new Duty();
    for (const topic of new Set([...progressed, ...topics])) {
      if (this.stopped) return;
      await topic.turn.runExclusive(() => this.tell(topic, types));
      await duty.rest();
    }
  }

  private async tell(topic: LiveTopic, types: ReadonlySet<string>): Promise<void> {
    if (performance.now() < topic.placesAfter) for (const type of types) this.moved.add(type);
    else await this.tellPlaces(topic, types);
    for (const [id, progress] of topic.progress) {
      topic.progress.delete(id);
      await topic.tell(new LiveFrame({ event: 'progress', data: { topic: topic.name.topic, id, progress } }));
    }
  }

  private async tellPlaces(topic: LiveTopic, types: ReadonlySet<string>): Promise<void> {
    const news: LivePlace[] = [];
    for (const waiting of topic.waiting.values()) {
      if (!types.has(waiting.row.type)) continue;
      const now = this.views.place(waiting.row);
      if (!differs(waiting.told, now)) continue;
      waiting.told = now;
      news.push(now);
    }
    topic.placesAfter = performance.now() + news.length * MS_PER_PLACE;
    const places = news.values();
    for (let frame = placesFrame(topic.name, places); frame; frame = placesFrame(topic.name, places)) {
      await topic.tell(frame);
    }
  }
}
