import type { Message } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './bridge-answer-subscriber.js';
import { decodeJson } from './decode-json.js';
import { liveSchema } from './live-event-consumer.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const AT = '2026-01-02T03:04:05.000Z';

describe('live news of a newer version', () => {
  const changed = { version: 1, kind: 'pauses', origin: ID };
  const read = (value: object) => decodeJson(Buffer.from(JSON.stringify(value)), liveSchema);

  it('says what it said, whatever else it says', () => {
    expect(read({ ...changed, why: { at: 1 } })).toEqual({ ok: true, value: changed });
  });

  it('is nothing where its kind is not known, and not for a newer format', () => {
    expect(read({ ...changed, kind: 'framed' })).toMatchObject({ ok: false });
    expect(read({ ...changed, version: 2 })).toEqual({
      ok: false,
      problem: 'it has the version 2, this program knows 1',
    });
  });
});

describe('an answer of a newer API', () => {
  const answer = {
    type: 'task.succeeded',
    timestamp: AT,
    data: { task_id: 'scan-7', id: ID, status: 'succeeded' },
  };
  const read = (value: object) =>
    readAnswer({
      content: Buffer.from(JSON.stringify(value)),
      properties: { correlationId: ID },
    } as unknown as Message);

  it('says what it said, whatever else it says', () => {
    const newer = { ...answer, why: 1, data: { ...answer.data, frame: 'oak' } };
    expect(read(newer)).toEqual({ ok: true, value: newer });
  });

  it('is parked with the reason where its type is not known', () => {
    expect(read({ ...answer, type: 'task.framed' })).toMatchObject({
      ok: false,
      failure: {
        code: 'malformed_message',
        message: expect.stringMatching(/^Cannot read the answer: type: /) as string,
      },
    });
  });
});
