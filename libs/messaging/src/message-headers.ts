import { MOST_ATTEMPTS } from '@app/contracts';
import type { MessageProperties, Options } from 'amqplib';

/** Our headers, and what they hold. */
export const HEADER = {
  taskType: 'x-task-type',
  /** Attempts that ended before this one; absent or 0 on a first delivery. */
  attempt: 'x-attempt',
  /** Times a worker died while it held the message. Classic queues do not count deliveries. */
  crashCount: 'x-crash-count',
  /** Epoch milliseconds. */
  firstPublishedAt: 'x-first-published-at',
  parkedReason: 'x-parked-reason',
  parkedError: 'x-parked-error',
  parkedAttempts: 'x-parked-attempts',
  /** ISO 8601, UTC. */
  parkedAt: 'x-parked-at',
  parkedBy: 'x-parked-by',
  originalQueue: 'x-original-queue',
} as const;

export type Headers = Readonly<Record<string, string | number | boolean>>;

const LONGEST_VALUE = 2048;
/** amqplib encodes all headers of a message into 64 KiB and refuses more; foreign messages may carry more. */
const MOST_BYTES = 16 * 1024;
/** AMQP keys are short strings of 255 bytes at most. */
const LONGEST_KEY = 255;

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
    if (typeof value === 'number' ? !Number.isFinite(value) : !['string', 'boolean'].includes(typeof value))
      return false;
    if (String(value).length > LONGEST_VALUE || Buffer.byteLength(key) > LONGEST_KEY) return false;
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value)) + 16;
    return bytes <= MOST_BYTES;
  });
  return Object.fromEntries(kept);
}

/**
 * The properties for publishing a received message again with these headers. Priority, ids and reply address stay;
 * `expiration` would make it expire elsewhere, and a `userId` other than the connection's own closes the channel.
 */
export function copyProperties(
  original: MessageProperties,
  headers: Headers,
): Options.Publish & { messageId: string } {
  const { contentType, contentEncoding, priority, correlationId, replyTo, timestamp, type, appId } =
    original as Options.Publish;
  const copied = { contentType, contentEncoding, priority, correlationId, replyTo, timestamp, type, appId };
  return {
    ...(Object.fromEntries(
      Object.entries(copied).filter(([, value]) => value !== undefined),
    ) as Options.Publish),
    messageId: String(original.messageId ?? ''),
    persistent: true,
    headers,
  };
}

/** A count of what ended before in a header: 0 where it is absent, undefined where it is none below `MOST_ATTEMPTS`. */
export function readCount(headers: MessageProperties['headers'], name: string): number | undefined {
  const value: unknown = headers?.[name] ?? 0;
  const isCount =
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < MOST_ATTEMPTS;
  return isCount ? value : undefined;
}

/** The longest start of a text that fits into so many bytes of UTF-8, never half a character. */
export function cutToBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--;
  return encoded.subarray(0, end).toString();
}
