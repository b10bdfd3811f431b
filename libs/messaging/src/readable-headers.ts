import type { ChannelModel } from 'amqplib';
import { HEADER } from './message-headers.js';

/** The parts of amqplib's connection (2.3) that hand it one frame after the other out of what has come. */
interface FrameReader {
  /** What has come and is not read yet. */
  rest: Buffer;
  recvFrame: () => unknown;
}

const HEADER_FRAME = 2;
/** Type, channel and size in front of a frame's payload; its last byte is an end mark. */
const FRAME_START = 7;
const FRAME_END = 1;
/** Class, weight and size of the body in front of a message's properties. */
const CONTENT_START = 12;
const FLAG = { contentType: 0x8000, contentEncoding: 0x4000, headers: 0x2000 } as const;

/** No client nests its headers; a table in a table in a table is what the broker's own death records need. */
const DEEPEST = 16;
/** Bytes of a value behind its tag (amqplib 2.3, lib/codec.js); -1: as many as the 4 bytes in front of it say. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ...['b', 'B', 't'].map((tag) => [tag, 1] as const),
  ...['s', 'u'].map((tag) => [tag, 2] as const),
  ...['I', 'i', 'f'].map((tag) => [tag, 4] as const),
  ...['l', 'd', 'T'].map((tag) => [tag, 8] as const),
  ...['S', 'x'].map((tag) => [tag, -1] as const),
  ['D', 5],
  ['V', 0],
]);

/**
 * Lets no message break the connection by its headers. amqplib decodes them before anybody sees the message, and what it
 * cannot decode ends the connection with all its consumers; the message comes again then, for ever. RabbitMQ 3.10 takes
 * in three kinds of such headers: tables or arrays in each other some thousand times (the call stack overflows), values
 * of the type `L`, and a header `__proto__`, which changes what other headers seem to say.
 *
 * Such headers are replaced, before they are decoded, by one (`HEADER.unreadable`) that says how many bytes they had.
 */
export function keepHeadersReadable({ connection }: ChannelModel): void {
  const reader = connection as unknown as FrameReader;
  const readFrame = reader.recvFrame;
  // It calls itself, by this name, when more has come.
  reader.recvFrame = () => {
    reader.rest = withReadableHeaders(reader.rest);
    return readFrame.call(reader);
  };
}

/** The same bytes, unless the first frame is a whole one with headers that amqplib cannot decode. */
export function withReadableHeaders(bytes: Buffer): Buffer {
  if (bytes.length < FRAME_START || bytes[0] !== HEADER_FRAME) return bytes;
  const end = FRAME_START + bytes.readUInt32BE(3);
  if (bytes.length < end + FRAME_END) return bytes;
  const payload = bytes.subarray(FRAME_START, end);
  const table = findTable(payload);
  if (!table || isReadableTable(payload.subarray(table.from, table.to))) return bytes;
  const marker = markerTable(table.to - table.from);
  const changed = Buffer.concat([payload.subarray(0, table.from - 4), marker, payload.subarray(table.to)]);
  const start = Buffer.from(bytes.subarray(0, FRAME_START));
  start.writeUInt32BE(changed.length, 3);
  return Buffer.concat([start, changed, bytes.subarray(end)]);
}

/** Where the entries of the headers begin and end in a header frame's payload; undefined where there are none. */
function findTable(payload: Buffer): { from: number; to: number } | undefined {
  if (payload.length < CONTENT_START + 2) return undefined;
  const flags = payload.readUInt16BE(CONTENT_START);
  if (!(flags & FLAG.headers)) return undefined;
  let offset = CONTENT_START + 2;
  for (const flag of [FLAG.contentType, FLAG.contentEncoding]) {
    if (flags & flag) offset += 1 + (payload[offset] ?? 0);
  }
  if (offset + 4 > payload.length) return undefined;
  const from = offset + 4;
  return { from, to: Math.min(from + payload.readUInt32BE(offset), payload.length) };
}

/** Whether amqplib can decode a table, from its entries alone. It uses no call stack for what lies in it. */
export function isReadableTable(table: Buffer): boolean {
  const levels = [{ end: table.length, isArray: false }];
  let offset = 0;
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    if (offset >= level.end) {
      if (offset > level.end) return false;
      levels.pop();
      continue;
    }
    if (!level.isArray) {
      const keyEnd = offset + 1 + table[offset]!;
      if (keyEnd >= level.end || table.toString('latin1', offset + 1, keyEnd) === '__proto__') return false;
      offset = keyEnd;
    }
    const tag = String.fromCharCode(table[offset]!);
    offset++;
    const isNested = tag === 'F' || tag === 'A';
    const size = isNested ? -1 : SIZES.get(tag);
    if (size === undefined) return false;
    if (size >= 0) {
      offset += size;
      continue;
    }
    if (offset + 4 > level.end) return false;
    const length = table.readUInt32BE(offset);
    offset += 4;
    if (offset + length > level.end) return false;
    if (!isNested) offset += length;
    else if (levels.push({ end: offset + length, isArray: tag === 'A' }) > DEEPEST) return false;
  }
  return true;
}

/** A table, its length in front, that says how many bytes it stands for. */
function markerTable(bytes: number): Buffer {
  const key = Buffer.from(HEADER.unreadable);
  const value = Buffer.alloc(5);
  value.write('I');
  value.writeInt32BE(bytes, 1);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(1 + key.length + value.length);
  return Buffer.concat([length, Buffer.from([key.length]), key, value]);
}
