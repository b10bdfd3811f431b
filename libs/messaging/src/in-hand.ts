import { untilDone } from './back-off.js';
import type { HeldTask } from './held-task.js';
import type { MessagingLogger } from './messaging-logger.js';

/** Does it until it succeeds, or the message is withdrawn or not ours any more; undefined then. */
export async function inHand<T>(
  { delivery, place }: Pick<HeldTask, 'delivery' | 'place'>,
  logger: MessagingLogger,
  action: () => Promise<T>,
): Promise<{ value: T } | undefined> {
  const done = await untilDone(action, {
    // What is ahead is withdrawn when its channel closes, too.
    signal: place.isAhead ? place.withdrawn : delivery.open.closed,
    onFailure: (error, failures) =>
      logger.warn({ err: error, failures }, "a task's ledger cannot be used yet"),
  });
  return delivery.isOpen ? done : undefined;
}
