import { describe, expect, it } from 'vitest';
import { afterRound, firstRound, isLastRound } from './erasure-rounds.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 1, 12, 0, 3);

/** The times of all rounds of an erasure that was asked for at `NOW`. */
function roundsOf(engineDone: (round: number) => boolean): { times: number[]; end: string } {
  let { rounds, nextAt } = firstRound(NOW, null);
  const times: number[] = [];
  for (;;) {
    times.push(nextAt - NOW);
    const next = afterRound({ rounds, requested_at: NOW }, engineDone(rounds), nextAt);
    if (typeof next === 'string') return { times, end: next };
    rounds += 1;
    nextAt = next.nextAt;
  }
}

describe('the rounds of an erasure', () => {
  it('come four times, ever more rarely, and then it is done', () => {
    const { times, end } = roundsOf(() => true);
    expect(end).toBe('done');
    expect(times).toHaveLength(4);
    const bounds = [10 * SECOND, MINUTE, 10 * MINUTE, HOUR];
    for (const [index, bound] of bounds.entries()) {
      const since = times[index]! - (times[index - 1] ?? 0);
      expect(since).toBeGreaterThanOrEqual(bound);
      expect(since).toBeLessThan(2 * bound);
    }
  });

  it('go on every hour while an engine has copies, and are given up after a week', () => {
    const { times, end } = roundsOf(() => false);
    expect(end).toBe('given_up');
    expect(times.at(-1)! - times.at(-2)!).toBeLessThan(2 * HOUR);
    expect(times.at(-1)!).toBeGreaterThanOrEqual(7 * DAY);
    expect(times.at(-1)!).toBeLessThan(7 * DAY + 2 * HOUR);
  });

  it('end as soon as the engine has none any more', () => {
    expect(roundsOf((round) => round >= 6)).toMatchObject({ end: 'done' });
    expect(roundsOf((round) => round >= 6).times).toHaveLength(7);
  });

  it('fall together for what is erased within the same seconds', () => {
    expect(firstRound(NOW, null).nextAt).toBe(firstRound(NOW + 2 * SECOND, null).nextAt);
  });

  it('are one for what ended long ago', () => {
    const { rounds, nextAt } = firstRound(NOW, NOW - 2 * DAY);
    expect(isLastRound({ rounds })).toBe(true);
    expect(afterRound({ rounds, requested_at: NOW }, true, nextAt)).toBe('done');
    expect(isLastRound(firstRound(NOW, NOW - HOUR))).toBe(false);
  });
});
