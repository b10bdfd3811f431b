import { FAILURE_CODES, type FailureCode } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { decide } from './failure-policy.js';

const failure = (code: FailureCode) => ({ code, message: 'x' });

describe('decide', () => {
  it.each(['bad_image', 'photo_missing', 'workflow_invalid', 'malformed_message'] as const)(
    'never repeats %s',
    (code) => {
      expect(decide(failure(code), 1, 2)).toEqual({ kind: 'give_up' });
    },
  );

  it('gives two more attempts with a growing delay, then gives up', () => {
    expect(decide(failure('unknown'), 1, 2)).toEqual({ kind: 'retry', delayMs: 5_000 });
    expect(decide(failure('unknown'), 2, 2)).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(decide(failure('unknown'), 3, 2)).toEqual({ kind: 'give_up' });
  });

  it('keeps the longest delay for attempts beyond the table', () => {
    expect(decide(failure('timed_out'), 7, 10)).toEqual({ kind: 'retry', delayMs: 30_000 });
  });

  it('never tries out of memory again at once', () => {
    expect(decide(failure('out_of_memory'), 1, 2)).toEqual({ kind: 'retry', delayMs: 30_000 });
  });

  it.each(FAILURE_CODES)('ends %s at last', (code) => {
    expect(decide(failure(code), 3, 2)).toEqual({ kind: 'give_up' });
  });

  it('repeats nothing when the operator allows no retries', () => {
    expect(decide(failure('unknown'), 1, 0)).toEqual({ kind: 'give_up' });
  });
});
