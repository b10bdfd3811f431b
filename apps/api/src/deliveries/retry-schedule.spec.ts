import { describe, expect, it } from 'vitest';
import { nextAttemptAt } from './retry-schedule.js';

const DELAYS = [5_000, 30_000];
const NOW = 1_000_000_000;
const HOUR_MS = 60 * 60 * 1000;
const failed = (attempts: number, retryAfterMs: number | null = null, createdAt = NOW) => ({
  attempts,
  createdAt,
  retryAfterMs,
});

describe('nextAttemptAt', () => {
  it('waits as the schedule says, a tenth more or less', () => {
    expect(nextAttemptAt(failed(1), DELAYS, NOW, () => 0)).toBe(NOW + 4_500);
    expect(nextAttemptAt(failed(1), DELAYS, NOW, () => 0.5)).toBe(NOW + 5_000);
    expect(nextAttemptAt(failed(2), DELAYS, NOW, () => 1)).toBe(NOW + 33_000);
  });

  it('gives up after the last delay', () => {
    expect(nextAttemptAt(failed(3), DELAYS, NOW)).toBeNull();
    expect(nextAttemptAt(failed(1), [], NOW)).toBeNull();
  });

  it('is never earlier than the receiver asks', () => {
    expect(nextAttemptAt(failed(1, 60_000), DELAYS, NOW)).toBe(NOW + 60_000);
    expect(nextAttemptAt(failed(1, 0), DELAYS, NOW, () => 0.5)).toBe(NOW + 5_000);
  });

  it('does not wait for longer than a day from the outcome because a receiver asks for it', () => {
    const created = NOW - 20 * HOUR_MS;
    expect(nextAttemptAt(failed(1, 4 * HOUR_MS, created), DELAYS, NOW)).toBe(NOW + 4 * HOUR_MS);
    expect(nextAttemptAt(failed(1, 4 * HOUR_MS + 1, created), DELAYS, NOW)).toBeNull();
  });
});
