import { connect } from 'amqplib';
import type { Duplex } from 'node:stream';

/** Bytes of AMQP 0-9-1 that no client library would send. */
export const raw = {
  /** Text of at most 255 bytes, its length in front. */
  short: (text: string | Buffer) =>
    Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]),
  long: (bytes: string | Buffer) => Buffer.concat([u32(Buffer.byteLength(bytes)), Buffer.from(bytes)]),
  /** One entry of a table: its name, its type and its value. */
  entry: (name: string | Buffer, tag: string, value: Buffer = Buffer.alloc(0)) =>
    Buffer.concat([raw.short(name), Buffer.from(tag), value]),
  u64: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  },
};

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Entries of a table that holds a table that holds a table …, so many levels of them. */
export function nestedTables(depth: number): Buffer {
  const levels = Array.from({ length: depth }, (_, level) =>
    Buffer.concat([Buffer.from([0]), Buffer.from('F'), u32((depth - level - 1) * 6)]),
  );
  return Buffer.concat(levels);
}

/** An entry that holds an array that holds an array …, so many levels of them. */
export function nestedArrays(depth: number): Buffer {
  const levels = Array.from({ length: depth }, (_, level) =>
    Buffer.concat([Buffer.from('A'), u32((depth - level - 1) * 5)]),
  );
  return Buffer.concat([raw.short('a'), ...levels]);
}

/** Properties of a message as they are on the wire; only those that are here. */
export interface RawProperties {
  /** The entries of the headers. */
  headers?: Buffer;
  priority?: number;
  /** A short text, also of bytes that are no UTF-8. */
  correlationId?: Buffer;
  replyTo?: Buffer;
  messageId?: Buffer;
  timestamp?: bigint;
}

/** Publishes it to a queue, and waits until the broker has it (or has refused it: then it rejects). */
export async function publishRaw(
  url: string,
  queue: string,
  body: Buffer,
  properties: RawProperties,
): Promise<void> {
  const model = await connect(url, { clientProperties: { connection_name: 'raw' } });
  let broken: Error | undefined;
  model.on('error', (error: Error) => (broken = error));
  const channel = await model.createConfirmChannel();
  const { stream } = model.connection as unknown as { stream: Duplex };
  const frames = [
    frame(
      1,
      Buffer.concat([Buffer.from([0, 60, 0, 40, 0, 0]), raw.short(''), raw.short(queue), Buffer.from([0])]),
    ),
    frame(2, contentHeader(body.length, properties)),
    ...(body.length > 0 ? [frame(3, body)] : []),
  ];
  stream.write(Buffer.concat(frames));
  // The broker answers in order: when it has answered this, it has taken the message, or has ended the connection.
  await channel.checkQueue(queue).catch(() => undefined);
  await model.close().catch(() => undefined);
  if (broken) throw broken;
}

function contentHeader(bodyBytes: number, properties: RawProperties): Buffer {
  const { headers, priority, correlationId, replyTo, messageId, timestamp } = properties;
  const parts: [flag: number, bytes: Buffer | undefined][] = [
    [0x2000, headers && raw.long(headers)],
    [0x0800, priority === undefined ? undefined : Buffer.from([priority])],
    [0x0400, correlationId && raw.short(correlationId)],
    [0x0200, replyTo && raw.short(replyTo)],
    [0x0080, messageId && raw.short(messageId)],
    [0x0040, timestamp === undefined ? undefined : raw.u64(timestamp)],
  ];
  const flags = Buffer.alloc(2);
  flags.writeUInt16BE(parts.reduce((sum, [flag, bytes]) => (bytes ? sum + flag : sum), 0));
  const given = parts.flatMap(([, bytes]) => (bytes ? [bytes] : []));
  return Buffer.concat([Buffer.from([0, 60, 0, 0]), raw.u64(BigInt(bodyBytes)), flags, ...given]);
}

/** On channel 1. */
function frame(type: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, 0, 1]), u32(payload.length), payload, Buffer.from([0xce])]);
}
