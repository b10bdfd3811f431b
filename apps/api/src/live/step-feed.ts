import type { AlbumCounts } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { TaskLogRow, TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { TaskViews } from '../tasks/task-views.js';
import { Departures } from './departures.js';
import { LiveSource } from './live-source.js';
import type { LiveTopic } from './live-topic.js';
import { LiveTopics } from './live-topics.js';
import { seqOf, stepFrame } from './step-frame.js';
import { albumTopic, taskTopic } from './topic-name.js';

/** So much that was stored here is remembered for a topic; what is more is read from the store. */
const MOST_FRESH = 500;

/**
 * Tells the steps of a topic in the order of their numbers and without a gap, whoever stored them: what was stored here
 * from memory, everything else from the store.
 */
@Injectable()
export class StepFeed {
  constructor(
    private readonly topics: LiveTopics,
    private readonly source: LiveSource,
    private readonly views: TaskViews,
    private readonly departures: Departures,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A step that was stored here. */
  stored(change: StoredChange): void {
    const { row, entry } = change;
    this.take(this.topics.find(taskTopic(row.id).topic), entry.seq, change);
    if (row.album_id === null || entry.album_seq === null) return;
    this.take(this.topics.find(albumTopic(row.album_id).topic), entry.album_seq, change);
  }

  /** Something may have been stored elsewhere. */
  look(topic: LiveTopic | undefined): void {
    if (topic === undefined) return;
    topic.mustLook = true;
    this.feed(topic);
  }

  private take(topic: LiveTopic | undefined, seq: number, change: StoredChange): void {
    if (topic === undefined || seq <= topic.head) return;
    if (topic.fresh.size >= MOST_FRESH) topic.fresh.clear();
    topic.fresh.set(seq, change);
    this.feed(topic);
  }

  private feed(topic: LiveTopic): void {
    if (topic.isFed) return;
    topic.isFed = true;
    topic.turn
      .runExclusive(() => this.tellAll(topic))
      .catch((error: unknown) => {
        // The next look finds what was not told; to try again at once would find the database as it is.
        topic.fresh.clear();
        this.logger.error({ err: error, topic: topic.name.topic }, 'steps were not told');
      })
      .finally(() => {
        topic.isFed = false;
        const more = topic.mustLook || topic.fresh.size > 0;
        if (more && this.topics.isOpen(topic)) setImmediate(() => this.feed(topic));
      });
  }

  private async tellAll(topic: LiveTopic): Promise<void> {
    while (this.topics.isOpen(topic)) {
      const fresh = this.takeFresh(topic);
      if (fresh.length > 0) {
        const counts = await this.countsOf(topic);
        for (const { row, entry } of fresh) await this.tell(topic, entry, row, counts);
      } else if (topic.mustLook || topic.fresh.size > 0) {
        topic.mustLook = false;
        await this.tellStored(topic);
        // Whatever was stored by then is told.
        topic.fresh.clear();
      } else return;
    }
  }

  /** Those that follow what was told, one by one. */
  private takeFresh(topic: LiveTopic): StoredChange[] {
    const taken: StoredChange[] = [];
    for (const seq of topic.fresh.keys()) if (seq <= topic.head) topic.fresh.delete(seq);
    for (let seq = topic.head + 1; topic.fresh.has(seq); seq += 1) {
      taken.push(topic.fresh.get(seq)!);
      topic.fresh.delete(seq);
    }
    return taken;
  }

  private async tellStored(topic: LiveTopic): Promise<void> {
    const erased = topic.erased.splice(0);
    const head = await this.source.head(topic.name);
    if (head === undefined) return this.departures.gone(topic);
    while (topic.head < head && this.topics.isOpen(topic)) {
      const before = topic.head;
      const { entries, rows } = await this.source.stepsAfter(topic.name, before);
      const counts = await this.countsOf(topic);
      for (const entry of entries) {
        const row = rows.get(entry.task_id);
        if (row === undefined) continue;
        await this.departures.fill(topic, seqOf(topic.name.kind, entry) - 1, erased);
        await this.tell(topic, entry, row, counts);
      }
      if (topic.head === before) await this.departures.fill(topic, head, erased);
    }
    await this.departures.tell(topic, erased);
  }

  private async tell(
    topic: LiveTopic,
    entry: TaskLogRow,
    row: TaskRow,
    counts: AlbumCounts | null,
  ): Promise<void> {
    const view = this.views.of(row);
    this.topics.note(topic, row, view);
    await topic.tell(stepFrame(topic.name, entry, view, counts));
  }

  private async countsOf({ name }: LiveTopic): Promise<AlbumCounts | null> {
    return name.kind === 'album' ? ((await this.source.albumState(name.id))?.counts ?? null) : null;
  }
}
