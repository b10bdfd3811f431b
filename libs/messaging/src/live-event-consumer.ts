import {
  engineErasedSchema,
  taskChangedSchema,
  taskEventSchema,
  workerStatusSchema,
  type EngineErased,
  type TaskChanged,
  type TaskEvent,
  type WorkerStatus,
} from '@app/contracts';
import { z } from 'zod';
import { BroadcastConsumer, type BroadcastConsumerOptions } from './broadcast-consumer.js';
import { EXCHANGE } from './names.js';

/** What is only worth hearing now. */
export type LiveEvent = Extract<TaskEvent, { kind: 'progress' }> | TaskChanged | WorkerStatus | EngineErased;

export type LiveEventConsumerOptions = Pick<
  BroadcastConsumerOptions<LiveEvent>,
  'connection' | 'topology' | 'logger' | 'handler' | 'onOpen'
>;

/** The broker throws away the oldest beyond this, and what nobody took for a minute: a page wants the latest. */
const LIMITS = { 'x-max-length': 10_000, 'x-message-ttl': 60_000 };

const progressSchema = taskEventSchema.transform((event, context): LiveEvent => {
  if (event.kind === 'progress') return event;
  context.addIssue(`kind: '${event.kind}' is nothing live`);
  return z.NEVER;
});

/** What comes may be of a newer version; a kind that is not known here is no more than logged. */
export const liveSchema = z.union([
  taskChangedSchema,
  workerStatusSchema,
  engineErasedSchema,
  progressSchema,
]);

export function consumeLiveEvents(options: LiveEventConsumerOptions): BroadcastConsumer<LiveEvent> {
  return new BroadcastConsumer({
    ...options,
    purpose: 'live',
    limits: LIMITS,
    sources: [
      { exchange: EXCHANGE.events, routingKey: 'progress.#' },
      { exchange: EXCHANGE.events, routingKey: 'changed.#' },
      { exchange: EXCHANGE.events, routingKey: 'worker.#' },
    ],
    schema: liveSchema,
  });
}
