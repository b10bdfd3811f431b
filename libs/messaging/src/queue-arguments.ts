import type { QueueRow, QueueType } from './topology-rows.js';

/**
 * From RabbitMQ 4.0 on a quorum queue drops a message that came back 20 times, and each look into the parking queue gives
 * its messages back. No limit at all is -1 there, which 3.10 refuses; this is as good.
 */
const NO_DELIVERY_LIMIT = 2 ** 31 - 1;

/** The arguments of a queue whose messages wait for somebody. */
export function kept(queueType: QueueType): QueueRow['arguments'] {
  if (queueType === 'classic') return { 'x-queue-type': 'classic' };
  return { 'x-queue-type': 'quorum', 'x-delivery-limit': NO_DELIVERY_LIMIT };
}

/**
 * The arguments of a queue that gives its messages to an exchange after a delay. A quorum queue keeps each until that has
 * taken it (`at-least-once`, from 3.10 on), for which it may not drop any itself.
 */
export function keptForAWhile(
  queueType: QueueType,
  delayMs: number,
  exchange: string,
): QueueRow['arguments'] {
  const away = { 'x-message-ttl': delayMs, 'x-dead-letter-exchange': exchange };
  if (queueType === 'classic') return { ...kept(queueType), ...away };
  return {
    ...kept(queueType),
    ...away,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}
