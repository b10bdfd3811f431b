import { brokerClass } from './broker-class.js';
import { brokerOrderAt } from './broker-order.js';
import type { LineEntry } from './line-entry.js';
import type { WaitingTask } from './waiting.store.js';

/** A waiting task as it stands in its line. */
export function toLineEntry(task: WaitingTask): LineEntry {
  const {
    id,
    owner_id: owner,
    priority: level,
    turn,
    dispatched,
    sent_class: sent,
    queued_at: queuedAt,
  } = task;
  if (dispatched === null) return { id, owner, level, turn, dispatched, sentClass: null, queuedAt };
  // After a retry delay it joins the broker's queue at the end, whenever it was handed over before.
  const order = Math.max(dispatched, brokerOrderAt(task.retry_at ?? 0));
  return { id, owner, level, turn, dispatched: order, sentClass: sent ?? brokerClass(level), queuedAt };
}
