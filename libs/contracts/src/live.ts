import type { AlbumCounts } from './album.js';
import type { TaskProgress } from './task-event.js';
import type { TimelineEntry } from './task-log.js';
import type { DelayReason, PlaceReason, TaskEstimate, TaskView } from './task.js';

/** The path of the live socket on the API. */
export const LIVE_PATH = '/v1/ws';

/** A socket may subscribe to this many tasks and albums; more are answered with `too_many`. */
export const LIVE_MAX_SUBSCRIPTIONS = 1000;

/** What may be watched: `task:<id>` or `album:<id>`. */
export type LiveTopic = `task:${string}` | `album:${string}`;

/** A topic to hear of; with `after`, the `seq` that the client has last seen of it, from there on. */
export interface LiveSubscription {
  topic: LiveTopic;
  after?: number;
}

/** So many topics may be named in one message. */
export const LIVE_MAX_TOPICS = 200;

/**
 * What a client sends: text frames of 64 KB at most, 100 in 10 s at most. With `after` it gets the steps that it missed
 * (`resumed`) instead of a snapshot; where those cannot be told any more, a snapshot. It may name one topic or many.
 */
export type LiveRequest =
  | { event: 'subscribe'; data: LiveSubscription | { topics: LiveSubscription[] } }
  | { event: 'unsubscribe'; data: { topic: LiveTopic } | { topics: { topic: LiveTopic }[] } };

/** A waiting task's place and what is known of its wait, as `TaskView` has them. */
export interface LivePlace {
  id: string;
  queue_position: number | null;
  moved_back_by: PlaceReason | null;
  estimate: TaskEstimate | null;
  delayed_by: DelayReason | null;
  gpu_memory_used_percent: number | null;
}

/**
 * What a client receives. `snapshot` and `step` carry the topic's `seq`, which rises by one with each step: a client
 * that sees a gap subscribes again with `after`. `places` and `progress` are the latest of their kind, without `seq`;
 * they say nothing about a task that has left the line, or does not run, meanwhile. The tasks of a large album come in
 * several snapshots with the same `seq`; the last one says `complete`, and what it had not named is no more. A `task`
 * shows the task as it is when the message is made, which may be further than the step: the one with the higher `seq`
 * of its own is the newer.
 */
export type LiveMessage =
  | {
      event: 'snapshot';
      data: {
        topic: LiveTopic;
        seq: number;
        complete: boolean;
        tasks: TaskView[];
        counts: AlbumCounts | null;
      };
    }
  | {
      event: 'step';
      data: {
        topic: LiveTopic;
        seq: number;
        entry: TimelineEntry;
        task: TaskView;
        counts: AlbumCounts | null;
      };
    }
  /** The subscription goes on after the `after` that was sent; the steps up to `seq` follow. */
  | { event: 'resumed'; data: { topic: LiveTopic; seq: number } }
  | { event: 'places'; data: { topic: LiveTopic; places: LivePlace[] } }
  | { event: 'progress'; data: { topic: LiveTopic; id: string; progress: TaskProgress } }
  /**
   * The task, or the album with all that was in it, has been erased; nothing follows. Of an album one task may go: `id`
   * names it then, and `seq` is the album's, as for a step.
   */
  | { event: 'erased'; data: { topic: LiveTopic; id: string; seq: number | null } }
  | { event: 'unsubscribed'; data: { topic: LiveTopic } }
  | { event: 'error'; data: { code: LiveErrorCode; message: string; topic?: string } };

/** `not_found` also where access has ended while the topic was watched. */
export type LiveErrorCode = 'malformed' | 'too_many' | 'not_found' | 'rate_limited';
