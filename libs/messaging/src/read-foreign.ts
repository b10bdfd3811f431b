import type { Delivery } from './delivery.js';
import type { ForeignDelivery } from './foreign-delivery.js';
import { headerSize } from './header-size.js';
import { HEADER, headerOf } from './message-headers.js';
import { EXCHANGE, QUEUE } from './names.js';

/** By which way a foreign message came in, and who published it. */
export type ForeignOrigin = Pick<ForeignDelivery, 'entrance' | 'vhost' | 'user'>;

export type ForeignReading =
  | { ok: true; value: ForeignDelivery }
  /** `origin`: who sent it although it cannot be read, where that is certain. */
  | { ok: false; code: string; message: string; origin: ForeignOrigin | undefined };

/** What other systems publish to. What came in by no exchange of these went straight to the queue. */
const PUBLIC_EXCHANGES: readonly string[] = [EXCHANGE.tasks, EXCHANGE.unrouted];
/** A name of a publisher: what a RabbitMQ user may be called, and our own `redis:user1`. */
const LONGEST_PUBLISHER = 255;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001F\u007F]/;

/** Total: says of any message who sent it and how, or why nobody can handle it. */
export function readForeign(
  delivery: Delivery,
  vhost: ForeignDelivery['vhost'],
  signal: AbortSignal,
): ForeignReading {
  const { message } = delivery;
  const found =
    delivery.queue === QUEUE.vouched ? vouchedOrigin(delivery, vhost) : publicOrigin(delivery, vhost);
  if ('code' in found) return { ok: false, ...found, origin: undefined };
  const unreadable = headerOf(message, HEADER.unreadable);
  if (unreadable !== undefined) {
    const size = typeof unreadable === 'number' ? ` of ${unreadable} bytes` : '';
    return {
      ok: false,
      code: 'malformed',
      message: `Its headers${size} cannot be read: nested too deeply, or of an unusual type.`,
      origin: found,
    };
  }
  const { content: body, properties, fields } = message;
  const headers = properties.headers ?? {};
  return {
    ok: true,
    value: {
      ...found,
      routingKey: fields.routingKey,
      body,
      messageId: textOf(properties.messageId),
      correlationId: textOf(properties.correlationId),
      replyTo: textOf(properties.replyTo),
      contentType: textOf(properties.contentType),
      contentEncoding: textOf(properties.contentEncoding),
      timestampMs: millisecondsOf(properties.timestamp),
      priority: typeof properties.priority === 'number' ? properties.priority : null,
      headerBytes: headerSize(headers),
      headerCount: Object.keys(headers).length,
      redelivered: fields.redelivered,
      signal,
    },
  };
}

function publicOrigin({ message }: Delivery, vhost: ForeignDelivery['vhost']): ForeignOrigin {
  const entrance = PUBLIC_EXCHANGES.includes(message.fields.exchange) ? 'exchange' : 'queue';
  return { entrance, vhost, user: textOf(message.properties.userId) };
}

/** One of our own programs says whose the message is, and, where that was another, by which way it had come to us. */
function vouchedOrigin(
  { message }: Delivery,
  vhost: ForeignDelivery['vhost'],
): ForeignOrigin | { code: string; message: string } {
  // Who may publish to every queue by the exchange without a name may not speak for others by that.
  if (message.fields.exchange !== EXCHANGE.vouched) {
    return { code: 'forbidden', message: `It did not come by the exchange ${EXCHANGE.vouched}.` };
  }
  const publisher = headerOf(message, HEADER.publisher);
  if (typeof publisher !== 'string' || publisher.length > LONGEST_PUBLISHER || CONTROL.test(publisher)) {
    return { code: 'malformed', message: `The header ${HEADER.publisher} does not say whose it is.` };
  }
  const entrance = headerOf(message, HEADER.entrance) ?? 'vouched';
  const cameFrom = headerOf(message, HEADER.vhost) ?? vhost;
  if (!isEntrance(entrance) || !isVhost(cameFrom)) {
    return {
      code: 'malformed',
      message: `The header ${HEADER.entrance} or ${HEADER.vhost} is none that it can be.`,
    };
  }
  return { entrance, vhost: cameFrom, user: entrance === 'vouched' ? publisher : publisher || null };
}

function isEntrance(value: unknown): value is ForeignDelivery['entrance'] {
  return value === 'exchange' || value === 'queue' || value === 'vouched';
}

function isVhost(value: unknown): value is ForeignDelivery['vhost'] {
  return value === 'main' || value === 'intake';
}

/** What is empty is not there: RabbitMQ has no user without a name, and what we parked has an id in any case. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Of the seconds that AMQP has. */
function millisecondsOf(seconds: unknown): number | null {
  const ms = typeof seconds === 'number' ? seconds * 1000 : Number.NaN;
  return Number.isSafeInteger(ms) ? ms : null;
}
