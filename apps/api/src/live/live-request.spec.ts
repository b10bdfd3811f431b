import { describe, expect, it } from 'vitest';
import { parseRequest } from './live-request.js';
import { parseTopic } from './topic-name.js';

const TASK = 'task:019a9c5e-0000-7c4c-9d0e-0d7c8f1b2a3c';

describe('a request', () => {
  it.each([
    [{ topic: TASK }, [{ topic: TASK, after: undefined }]],
    [{ topic: TASK, after: 7 }, [{ topic: TASK, after: 7 }]],
    [{ topics: [{ topic: TASK }, { topic: 'x', after: 0 }] }, [{ topic: TASK }, { topic: 'x', after: 0 }]],
  ])('%j names its topics', (data, topics) => {
    expect(parseRequest(JSON.stringify({ event: 'subscribe', data }))).toEqual({
      event: 'subscribe',
      topics,
    });
  });

  it.each(['7', null, {}, [1]])('with %j for a number has one that cannot be', (after) => {
    const parsed = parseRequest(JSON.stringify({ event: 'subscribe', data: { topic: TASK, after } }));
    expect(parsed?.topics[0]?.after).toBeNaN();
  });

  it.each([
    '',
    'null',
    '{"event":"publish","data":{"topic":"x"}}',
    '{"event":"subscribe","data":{"topic":"x","more":1}}',
    JSON.stringify({ event: 'subscribe', data: { topic: 'x'.repeat(201) } }),
    JSON.stringify({
      event: 'subscribe',
      data: { topics: Array.from({ length: 201 }, () => ({ topic: 'x' })) },
    }),
  ])('%j is none', (text) => {
    expect(parseRequest(text)).toBeUndefined();
  });
});

describe('a topic', () => {
  it('is found however its id is written', () => {
    expect(parseTopic(TASK.toUpperCase())).toEqual(parseTopic(TASK));
  });

  it.each(['', 'task:', 'task:../x', 'user:019a9c5e-0000-7c4c-9d0e-0d7c8f1b2a3c', `${TASK}\n`, `x${TASK}`])(
    '%j names nothing',
    (text) => {
      expect(parseTopic(text)).toBeUndefined();
    },
  );
});
