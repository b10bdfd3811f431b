import { ErrorReply } from 'redis';
import { describe, expect, it } from 'vitest';
import { isGroupGone, redisProblem } from './redis-problem.js';

describe('redisProblem', () => {
  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', 'Redis refuses the login'],
    ['NOAUTH Authentication required.', 'Redis refuses the login'],
    ['LOADING Redis is loading the dataset in memory', 'Redis is still loading its data'],
    ["READONLY You can't write against a read only replica.", 'this Redis is a copy that takes no changes'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'Redis is out of memory'],
    ['ERR something new', 'Redis answered: ERR something new'],
  ])('says what %j means', (answer, words) => {
    expect(redisProblem(new ErrorReply(answer))).toBe(words);
  });

  it('says what a connection that fails means, also one to several addresses', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:6379'), { code: 'ECONNREFUSED' });
    expect(redisProblem(refused)).toBe('nothing listens there');
    expect(redisProblem(new AggregateError([refused, refused]))).toBe('nothing listens there');
    expect(redisProblem(new Error('Something.'))).toBe('Something');
    expect(redisProblem('?')).toBe('an unknown error');
  });
});

it('knows a group that is gone, in the words of Redis 6 and 7', () => {
  expect(isGroupGone(new ErrorReply("NOGROUP No such key 's' or consumer group 'g'"))).toBe(true);
  expect(isGroupGone(new ErrorReply('UNBLOCKED the stream key no longer exists'))).toBe(true);
  expect(isGroupGone(new ErrorReply('WRONGTYPE Operation against a key'))).toBe(false);
  expect(isGroupGone(new Error('NOGROUP'))).toBe(false);
});
