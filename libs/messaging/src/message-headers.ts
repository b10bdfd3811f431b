import type { Message, MessageProperties, Options } from 'amqplib';

/** Our headers, and what they hold. */
export const HEADER = {
  taskType: 'x-task-type',
  /** Attempts that ended before this one; absent or 0 on a first delivery. */
  attempt: 'x-attempt',
  /** Times a worker died while it held the message. Classic queues do not count deliveries. */
  crashCount: 'x-crash-count',
  /** Runs that were settled before this copy was published; 0 from the API, absent on what was parked. */
  run: 'x-run',
  /** Epoch milliseconds until which a worker has to have begun the task. */
  deadline: 'x-deadline',
  /** True where a begun task ran out of its waiting limit with its worker and was put back in line. */
  cameBack: 'x-came-back',
  /** Epoch milliseconds. */
  firstPublishedAt: 'x-first-published-at',
  parkedReason: 'x-parked-reason',
  parkedError: 'x-parked-error',
  parkedAttempts: 'x-parked-attempts',
  /** ISO 8601, UTC. */
  parkedAt: 'x-parked-at',
  parkedBy: 'x-parked-by',
  originalQueue: 'x-original-queue',
  /** Of a foreign message: who published it (empty: nobody is named); absent where that is not known for sure. */
  parkedUser: 'x-parked-user',
  /** Of a foreign message: the entrance by which it came, and its virtual host (`main` or `intake`). */
  parkedEntrance: 'x-parked-entrance',
  parkedVhost: 'x-parked-vhost',
  /** Stands for headers that could not be read, and says how many bytes they had. */
  unreadable: 'x-unreadable-headers',
  /** Of a vouched message: who published it; empty for the anonymous publisher. */
  publisher: 'x-publisher',
  /** Of a vouched message that had come by another entrance before: by which, and in which virtual host. */
  entrance: 'x-entrance',
  vhost: 'x-vhost',
} as const;

/** What is true of one copy of a task's message only: another copy says its own, or nothing. */
export const OF_ONE_COPY: readonly string[] = [
  HEADER.run,
  HEADER.attempt,
  HEADER.crashCount,
  HEADER.cameBack,
  // The waiting limit ends with the first begin.
  HEADER.deadline,
];

export type Headers = Readonly<Record<string, string | number | boolean>>;

const LONGEST_VALUE = 2048;
/** amqplib encodes all headers of a message into 64 KiB and refuses more; foreign messages may carry more. */
const MOST_BYTES = 16 * 1024;
/** AMQP keys, and all properties that are texts, are short strings of 255 bytes at most. */
export const LONGEST_KEY = 255;
/** An error text in a header; long ones are cut, since all headers share one frame. */
export const LONGEST_PARKED_ERROR = 2048;

/**
 * The headers of a message that travel on when it is published again: plain values of sensible size.
 * The broker's own death records stay behind: RabbitMQ 3.10 goes on counting in them and 4.x does not, so nothing
 * may rely on them.
 */
export function travellingHeaders(
  headers: MessageProperties['headers'],
): Record<string, string | number | boolean> {
  let bytes = 0;
  const kept = Object.entries(headers ?? {}).filter(([key, value]) => {
    if (/^x-((first|last)-)?death/.test(key) || key === 'CC' || key === 'BCC') return false;
    if (typeof value === 'number' ? !isSendable(value) : !['string', 'boolean'].includes(typeof value))
      return false;
    if (String(value).length > LONGEST_VALUE || Buffer.byteLength(key) > LONGEST_KEY) return false;
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value)) + 16;
    return bytes <= MOST_BYTES;
  });
  return Object.fromEntries(kept);
}

/** Whether amqplib 2.3 encodes a number: it takes every large one for an integer of 64 bits, and throws where it is none. */
function isSendable(value: number): boolean {
  return Number.isSafeInteger(value) || Math.abs(value) < 2 ** 50;
}

/** A header of the message itself; undefined where it has none. */
export function headerOf({ properties }: Message, name: string): unknown {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

/**
 * A property as it can be sent again. amqplib counts in bytes, and what a foreign message had that is no UTF-8 has grown
 * to three bytes each when it was decoded.
 */
function sendable(name: string, value: unknown): unknown {
  if (typeof value === 'string') return cutToBytes(value, LONGEST_KEY);
  // 64 bits on the wire, but the largest of them are no numbers of JavaScript.
  return name === 'timestamp' && !Number.isSafeInteger(value) ? undefined : value;
}

/**
 * The properties for publishing a received message again with these headers. Priority, ids and reply address stay;
 * `expiration` would make it expire elsewhere. A `userId` other than the connection's own closes the channel, and so does the
 * name under which a direct answer is asked for (RabbitMQ 3.10 to 4.3).
 */
export function copyProperties(
  original: MessageProperties,
  headers: Headers,
): Options.Publish & { messageId: string } {
  const { contentType, contentEncoding, priority, correlationId, replyTo, timestamp, type, appId } =
    original as Options.Publish;
  const copied = {
    contentType,
    contentEncoding,
    priority,
    correlationId,
    timestamp,
    type,
    appId,
    replyTo: replyTo === 'amq.rabbitmq.reply-to' ? undefined : replyTo,
  };
  return {
    ...(Object.fromEntries(
      Object.entries(copied)
        .map(([name, value]) => [name, sendable(name, value)])
        .filter(([, value]) => value !== undefined),
    ) as Options.Publish),
    messageId: cutToBytes(String(original.messageId ?? ''), LONGEST_KEY),
    persistent: true,
    headers,
  };
}

/** The whole number from 0 to `most` in a header; undefined where it is absent, null where it is something else. */
export function readWhole(
  headers: NonNullable<MessageProperties['headers']>,
  name: string,
  most: number,
): number | undefined | null {
  const value: unknown = headers[name];
  if (value === undefined) return undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most
    ? value
    : null;
}

/** The longest start of a text that fits into so many bytes of UTF-8, never half a character. */
export function cutToBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--;
  return encoded.subarray(0, end).toString();
}
