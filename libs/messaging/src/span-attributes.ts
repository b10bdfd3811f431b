import type { Attributes } from '@opentelemetry/api';
import type { Message } from 'amqplib';
import type { OutgoingMessage } from './outgoing-message.js';
import { EXCHANGE } from './names.js';

/** Where a message goes or came from, as far as a span may say it. */
export interface Destination {
  exchange: string;
  /** Undefined where others have chosen it, and so may have written anything into it. */
  routingKey: string | undefined;
  queue?: string;
}

/** In these exchanges the keys are ours: task types, and kinds of events. */
const OUR_KEYS: readonly string[] = [EXCHANGE.work, EXCHANGE.events, EXCHANGE.control];
const PUBLIC: readonly string[] = [EXCHANGE.tasks, EXCHANGE.unrouted];
/** Ids that we gave begin with a UUID; what others call their messages is theirs, and may be a file's name. */
const OUR_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(\.[\w.]{1,60})?$/;

/** Of a message that came. */
export function incoming({ fields }: Message, queue: string, isOurs: boolean): Destination {
  const { exchange, routingKey } = fields;
  return {
    // Others may bind exchanges of their own to our queue.
    exchange: isOurs || PUBLIC.includes(exchange) ? exchange : '',
    routingKey: isOurs && OUR_KEYS.includes(exchange) ? routingKey : undefined,
    queue,
  };
}

/** Of a message to be sent. */
export function outgoing({ exchange, routingKey }: OutgoingMessage): Destination {
  const isRetry = exchange.startsWith('photo_repair.retry_after.');
  return { exchange, routingKey: isRetry || OUR_KEYS.includes(exchange) ? routingKey : undefined };
}

/**
 * `{exchange}:{routing key}:{queue}`, without what is empty or said already (OpenTelemetry's conventions for RabbitMQ). The
 * queues of those who wait for answers have names of their own making, and share one.
 */
export function destinationOf({ exchange, routingKey, queue }: Destination): string {
  if (exchange === '' && queue === undefined) return 'reply';
  const parts = [exchange, routingKey, queue].filter((part) => part !== undefined && part !== '');
  return [...new Set(parts)].join(':') || 'amq.default';
}

/** What the conventions for messaging (in development, 1.43) name; no body, no header, nobody's own names. */
export function attributesOf(
  operation: 'send' | 'process',
  destination: Destination,
  { messageId, correlationId }: { messageId?: unknown; correlationId?: unknown },
  bytes: number,
): Attributes {
  const { routingKey } = destination;
  const name = destinationOf(destination);
  return {
    'messaging.system': 'rabbitmq',
    'messaging.operation.type': operation,
    'messaging.operation.name': operation,
    'messaging.destination.name': name,
    ...(name === 'reply' && { 'messaging.destination.anonymous': true }),
    ...(routingKey !== undefined && { 'messaging.rabbitmq.destination.routing_key': routingKey }),
    ...(isOurId(messageId) && { 'messaging.message.id': messageId }),
    ...(isOurId(correlationId) && { 'messaging.message.conversation_id': correlationId }),
    'messaging.message.body.size': bytes,
  };
}

function isOurId(id: unknown): id is string {
  return typeof id === 'string' && OUR_ID.test(id);
}
