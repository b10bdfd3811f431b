import { taskChangedSchema, taskEventSchema, type TaskChanged, type TaskEvent } from '@app/contracts';
import { z } from 'zod';
import { BroadcastConsumer, type BroadcastConsumerOptions } from './broadcast-consumer.js';
import { EXCHANGE } from './names.js';

/** What is only worth hearing now. */
export type LiveEvent = Extract<TaskEvent, { kind: 'progress' }> | TaskChanged;

export type LiveEventConsumerOptions = Pick<
  BroadcastConsumerOptions<LiveEvent>,
  'connection' | 'topology' | 'logger' | 'handler'
>;

/** The broker throws away the oldest beyond this, and what nobody took for a minute: a page wants the latest. */
const LIMITS = { 'x-max-length': 10_000, 'x-message-ttl': 60_000 };

const liveSchema = z.union([taskChangedSchema, taskEventSchema]).transform((event, context): LiveEvent => {
  if (event.kind === 'progress' || event.kind === 'changed') return event;
  context.addIssue(`kind: '${event.kind}' is nothing live`);
  return z.NEVER;
});

export function consumeLiveEvents(options: LiveEventConsumerOptions): BroadcastConsumer<LiveEvent> {
  return new BroadcastConsumer({
    ...options,
    purpose: 'live',
    limits: LIMITS,
    sources: [
      { exchange: EXCHANGE.events, routingKey: 'progress.#' },
      { exchange: EXCHANGE.events, routingKey: 'changed.#' },
    ],
    schema: liveSchema,
  });
}
