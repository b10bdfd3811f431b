import type { TaskView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../database/schema.js';
import { TaskViews } from '../tasks/task-views.js';
import { LiveSource } from './live-source.js';
import { LiveTopic } from './live-topic.js';
import type { Subscription } from './subscription.js';

/** The topics that somebody watches at this instance. */
@Injectable()
export class LiveTopics {
  private readonly topics = new Map<string, LiveTopic>();
  private readonly opening = new WeakMap<LiveTopic, Promise<boolean>>();
  private readonly byType = new Map<string, Set<LiveTopic>>();
  /** Progress names no album: the running tasks of the albums that are watched. */
  private readonly runningIn = new Map<string, LiveTopic>();

  constructor(
    private readonly source: LiveSource,
    private readonly views: TaskViews,
  ) {}

  find(topic: string): LiveTopic | undefined {
    return this.topics.get(topic);
  }

  /** What it has joined. */
  of(subscription: Subscription): LiveTopic | undefined {
    return subscription.joined ? this.topics.get(subscription.name.topic) : undefined;
  }

  all(): LiveTopic[] {
    return [...this.topics.values()];
  }

  isOpen(topic: LiveTopic): boolean {
    return this.topics.get(topic.name.topic) === topic;
  }

  /** The types of which a watched task waits, or has waited. */
  get types(): string[] {
    return [...this.byType.keys()];
  }

  /** Those in which tasks of the type wait. */
  ofType(type: string): LiveTopic[] {
    return [...(this.byType.get(type) ?? [])];
  }

  /** Those in which the task runs as far as was told, in this run. */
  whereRuns(taskId: string, run: number): LiveTopic[] {
    const topics = [this.topics.get(`task:${taskId}`), this.runningIn.get(taskId)];
    return topics.filter((topic) => topic?.running.get(taskId) === run) as LiveTopic[];
  }

  /** Joins the topic, which is read from the store if nobody watches it yet; false where there is no such thing. */
  async join(subscription: Subscription): Promise<boolean> {
    const { name } = subscription;
    let topic = this.topics.get(name.topic);
    if (topic === undefined) {
      topic = new LiveTopic(name);
      this.topics.set(name.topic, topic);
      this.opening.set(topic, this.open(topic));
    }
    // From here on it is kept open, and what is stored meanwhile is not overlooked.
    topic.subscriptions.add(subscription);
    subscription.joined = true;
    return (await this.opening.get(topic)) ?? true;
  }

  leave(subscription: Subscription): void {
    const topic = this.of(subscription);
    subscription.ended = true;
    subscription.joined = false;
    if (topic === undefined) return;
    topic.subscriptions.delete(subscription);
    if (topic.subscriptions.size === 0) this.close(topic);
  }

  /** A task of the topic, as it is told now. */
  note(topic: LiveTopic, row: TaskRow, view: TaskView): void {
    topic.note(row, view);
    if (!this.isOpen(topic)) return;
    if (row.state === 'queued')
      this.byType.set(row.type, (this.byType.get(row.type) ?? new Set()).add(topic));
    if (topic.name.kind === 'task') return;
    if (row.state === 'running') this.runningIn.set(row.id, topic);
    else this.runningIn.delete(row.id);
  }

  drop(topic: LiveTopic, taskId: string): void {
    topic.drop(taskId);
    if (topic.name.kind === 'album') this.runningIn.delete(taskId);
  }

  private open(topic: LiveTopic): Promise<boolean> {
    return topic.turn.runExclusive(async () => {
      const { kind, id } = topic.name;
      const found = kind === 'task' ? await this.openTask(topic, id) : await this.openAlbum(topic, id);
      if (!found) this.close(topic);
      this.opening.delete(topic);
      return found;
    });
  }

  private async openTask(topic: LiveTopic, id: string): Promise<boolean> {
    const row = await this.source.task(id);
    if (row === undefined) return false;
    topic.head = row.seq;
    topic.ownerId = row.owner_id;
    topic.albumId = row.album_id;
    this.note(topic, row, this.views.of(row));
    return true;
  }

  private async openAlbum(topic: LiveTopic, id: string): Promise<boolean> {
    const [album, state] = [await this.source.album(id), await this.source.albumState(id)];
    if (album === undefined || state === undefined) return false;
    topic.head = state.seq;
    topic.ownerId = album.owner_id;
    topic.albumId = id;
    for (const row of await this.source.unfinished(id)) this.note(topic, row, this.views.of(row));
    return true;
  }

  private close(topic: LiveTopic): void {
    if (!this.isOpen(topic)) return;
    this.topics.delete(topic.name.topic);
    for (const [type, topics] of this.byType)
      if (topics.delete(topic) && topics.size === 0) this.byType.delete(type);
    for (const id of topic.running.keys()) if (this.runningIn.get(id) === topic) this.runningIn.delete(id);
  }
}
