import type { LivePlace } from '@app/contracts';
import type { LiveClient } from './live-client.js';
import type { LiveFrame } from './live-frame.js';
import type { AlbumState } from './live-source.js';
import type { TopicName } from './topic-name.js';

/** A snapshot in several parts, and how far it has come. */
export interface SnapshotProgress extends AlbumState {
  /** The `album_index` of the last task that was sent. */
  afterIndex: number;
}

/**
 * What one client hears of one topic. While it is `live` every message goes straight to it. It is not at first, and not
 * any more once its client has too much unread; then nothing is kept for it: `CatchUp` sends what the store has and makes
 * it live again. So a slow client costs no more memory than a fast one.
 */
export class Subscription {
  /** False until it is known that the client may hear of it, and once it does not any more. */
  joined = false;
  live = false;
  ended = false;
  /** Somebody is at it (`CatchUp`). */
  busy = false;
  /** The last step that it was told; undefined where only a snapshot helps. */
  seq: number | undefined;
  snapshot: SnapshotProgress | undefined;
  /** Set while it resumes and has not been told so. */
  resuming = false;
  /** Places or progress went by that it was not told. */
  missed = false;
  /** The places that are still to be told, after `missed`. */
  places: Iterator<LivePlace> | undefined;

  constructor(
    readonly subscriber: LiveClient,
    readonly name: TopicName,
  ) {}

  /** From `after` on, or from a snapshot. */
  begin(after: number | undefined): void {
    this.live = false;
    this.seq = after;
    this.snapshot = undefined;
    this.places = undefined;
    this.resuming = after !== undefined;
    this.missed = after !== undefined;
  }

  /** Sends a message of the topic if it is live and its client reads. */
  offer(frame: LiveFrame): void {
    if (!this.live) return this.miss(frame);
    if (frame.seq !== null && this.seq !== undefined && frame.seq <= this.seq) return;
    if (this.subscriber.isFull) {
      this.miss(frame);
      this.fallBehind();
      return;
    }
    this.subscriber.send(frame);
    if (frame.seq !== null) this.seq = frame.seq;
  }

  fallBehind(): void {
    this.live = false;
    this.subscriber.lags(this.name.topic);
  }

  /** A step is found in the log. What is in no log is told as it is then, and of who is gone a snapshot tells. */
  private miss(frame: LiveFrame): void {
    if (frame.seq !== null) return;
    if (frame.message.event === 'erased') this.begin(undefined);
    else this.missed = true;
  }
}
