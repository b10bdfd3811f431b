import type { ForeignDelivery } from '@app/messaging';
import { readStrictJson } from '../json/strict-json.js';
import { wordsOf } from '../problems/problem-words.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Refused } from './refusal.js';

const MOST_BODY_BYTES = 64 * 1024;
const MOST_HEADER_BYTES = 16 * 1024;
const MOST_HEADERS = 100;

/** Clients without a word for JSON name one of the last three, or nothing at all. */
const CONTENT_TYPES = ['application/json', 'text/json', 'application/octet-stream', 'text/plain'];
/** kombu, which Celery uses, says `utf-8` where others leave it out. */
const CONTENT_ENCODINGS = ['', 'identity', 'utf-8', 'utf8'];

/** A message as far as its body can be judged by it. */
export type ForeignEnvelope = Pick<
  ForeignDelivery,
  'body' | 'contentType' | 'contentEncoding' | 'headerBytes' | 'headerCount'
>;

/** The JSON object in a foreign message. @throws Refused `malformed`. */
export function readForeignBody(envelope: ForeignEnvelope): Record<string, unknown> {
  refuseEnvelope(envelope);
  const value = parse(decode(envelope.body));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused('malformed', 'The message has to be a JSON object.');
  }
  return value as Record<string, unknown>;
}

function refuseEnvelope({ body, contentType, contentEncoding, headerBytes, headerCount }: ForeignEnvelope) {
  if (headerBytes > MOST_HEADER_BYTES || headerCount > MOST_HEADERS) {
    const limits = `${MOST_HEADERS} headers of ${MOST_HEADER_BYTES} bytes in all`;
    throw new Refused('malformed', `A message may have at most ${limits}.`);
  }
  if (body.length > MOST_BODY_BYTES) {
    throw new Refused('malformed', `The message may have at most ${MOST_BODY_BYTES} bytes.`);
  }
  if (!CONTENT_ENCODINGS.includes((contentEncoding ?? '').trim().toLowerCase())) {
    throw new Refused('malformed', 'Send the message as it is, without a content_encoding.');
  }
  const mediaType = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== '' && !CONTENT_TYPES.includes(mediaType)) {
    throw new Refused('malformed', 'The content_type of the message has to be application/json.');
  }
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Refused('malformed', 'The message is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return readStrictJson(text, { malformed: 'invalid_request.json', pointer: '' });
  } catch (error) {
    if (error instanceof ProblemException) throw new Refused('malformed', wordsOf(error, 'en').detail);
    throw error;
  }
}
