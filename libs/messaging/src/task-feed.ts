import type { Bell } from './bell.js';
import type { Delivery } from './delivery.js';
import type { OpenChannel } from './supervised-channel.js';
import type { TasksInHand } from './tasks-in-hand.js';

/** What a feed needs to bring tasks from the queues of one open channel into a worker's hands. */
export interface TaskFeedOptions {
  open: OpenChannel;
  /** All types that it may be asked for. */
  taskTypes: readonly string[];
  hand: TasksInHand;
  /** Rings whenever `isWanted`, `isOver` or the room in hand may have changed. */
  changed: Bell;
  /** Whether tasks of the type may be taken now. */
  isWanted: (taskType: string) => boolean;
  /** Whether the feed has to end. */
  isOver: () => boolean;
  /**
   * Takes a message in hand, or gives it back where it is not wanted any more. Ahead it is taken only if it
   * `mayBeAhead`. Never throws.
   */
  receive: (delivery: Delivery, mayBeAhead: boolean) => void;
  /** Told after each look which queues had nothing, by their types. */
  foundEmpty: (taskTypes: readonly string[]) => void;
  /** The broker ended a consumer, because its queue was deleted. */
  onQueueGone: (queue: string) => void;
}

/** A way to fetch messages. */
export interface TaskFeed {
  /** Resolves when the feed is over and nothing more can arrive; rejects when the channel does. Call it once. */
  run: () => Promise<void>;
}
