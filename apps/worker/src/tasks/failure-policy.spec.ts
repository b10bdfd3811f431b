import { FAILURE_CODES, type FailureCode } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { decide } from './failure-policy.js';

const SETTINGS = { retryAttempts: 3, retryDelaysMs: [1_000, 20_000] };
const FOR_EVER = { kind: 'retry', delayMs: 20_000, counted: false };
const SOON = { kind: 'retry', delayMs: 1_000, counted: true };
const LATE = { kind: 'retry', delayMs: 20_000, counted: true };
const END = { kind: 'give_up' };

/** What each failure leads to as the first, second, third, fourth and fifth attempt. */
const TABLE: Record<FailureCode, object[]> = {
  bad_image: [END, END, END, END, END],
  photo_missing: [END, END, END, END, END],
  workflow_invalid: [END, END, END, END, END],
  malformed_message: [END, END, END, END, END],
  engine_unreachable: [FOR_EVER, FOR_EVER, FOR_EVER, FOR_EVER, FOR_EVER],
  storage_unavailable: [FOR_EVER, FOR_EVER, FOR_EVER, FOR_EVER, FOR_EVER],
  upstream_garbage: [SOON, LATE, LATE, END, END],
  bad_output: [SOON, END, END, END, END],
  engine_lost_prompt: [SOON, LATE, LATE, END, END],
  timed_out: [SOON, LATE, LATE, END, END],
  worker_crashed: [SOON, LATE, LATE, END, END],
  unknown: [SOON, LATE, LATE, END, END],
  out_of_memory: [LATE, LATE, LATE, END, END],
};

describe('decide', () => {
  const rows = FAILURE_CODES.flatMap((code) =>
    TABLE[code].map((expected, index) => ({ code, attempt: index + 1, expected })),
  );

  it.each(rows)('$code as attempt $attempt', ({ code, attempt, expected }) => {
    expect(decide({ code, message: 'x' }, attempt, SETTINGS)).toEqual(expected);
  });

  it.each(FAILURE_CODES)('repeats %s only uncounted when the operator allows no retries', (code) => {
    const decision = decide({ code, message: 'x' }, 1, { ...SETTINGS, retryAttempts: 0 });
    expect(decision.kind === 'give_up' || !decision.counted).toBe(true);
  });
});
