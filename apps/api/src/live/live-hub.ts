import type { LiveEvent } from '@app/messaging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessChanges } from '../access/access-changes.js';
import { BrokerReach } from '../broker/broker-reach.js';
import { LinesService } from '../line/lines.service.js';
import { LiveProgress } from '../task-events/live-progress.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { AccessWatch } from './access-watch.js';
import type { LiveTopic } from './live-topic.js';
import { LiveTopics } from './live-topics.js';
import { StepFeed } from './step-feed.js';
import { albumTopic, taskTopic } from './topic-name.js';
import { TransientRounds } from './transient-rounds.js';

/** Tells everybody who watches at this instance what has happened, wherever it was stored. */
@Injectable()
export class LiveHub implements OnModuleInit {
  constructor(
    private readonly topics: LiveTopics,
    private readonly feed: StepFeed,
    private readonly rounds: TransientRounds,
    private readonly access: AccessWatch,
    private readonly changes: AccessChanges,
    private readonly progress: LiveProgress,
    private readonly lines: LinesService,
    private readonly workers: LiveWorkers,
    private readonly reach: BrokerReach,
  ) {}

  onModuleInit(): void {
    this.changes.onAlbum((albumId) => this.accessChanged(albumId));
    this.lines.onMoved((type) => this.moved(type));
    const allMoved = () => this.topics.types.forEach((type) => this.moved(type));
    this.workers.onChange(allMoved);
    this.reach.onChange(allMoved);
  }

  /** Call it after each commit in this process, once the line has moved. */
  stored(change: StoredChange): void {
    this.feed.stored(change);
  }

  /** What was broadcast: progress, and what other instances have stored. */
  hear(event: LiveEvent): void {
    switch (event.kind) {
      case 'progress':
        this.progress.set(event.taskId, event.run, event.progress);
        return this.rounds.progress(event);
      case 'changed':
        this.feed.look(this.topics.find(taskTopic(event.taskId).topic));
        return this.feed.look(this.album(event.albumId));
      case 'erased':
        return this.erased(event.taskId, event.albumId);
      case 'access':
        return this.accessChanged(event.albumId);
      default:
    }
  }

  /** A line has moved, or what holds it up has changed: the waiting tasks of the type may have other places. */
  moved(type: string): void {
    this.rounds.lineMoved(type);
  }

  /** A task is no more. */
  erased(taskId: string, albumId: string | null): void {
    this.feed.look(this.topics.find(taskTopic(taskId).topic));
    const album = this.album(albumId);
    album?.erased.push(taskId);
    this.feed.look(album);
  }

  /** Links of an album have changed, or it is no more. */
  accessChanged(albumId: string): void {
    this.feed.look(this.album(albumId));
    this.access.albumChanged(albumId);
  }

  private album(id: string | null): LiveTopic | undefined {
    return id === null ? undefined : this.topics.find(albumTopic(id).topic);
  }
}
