import type { ProblemCode } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { waitFor } from './patience.js';

const waited = (code: ProblemCode | 'offline', retryAfterMs: number | null, tries = 0) =>
  waitFor(new ApiProblem(code, retryAfterMs), tries);

describe('waiting for the API', () => {
  it.each([
    'queue_full',
    'rate_limited',
    'storage_full',
    'broker_backlog_full',
    'intake_paused',
    'quota_exceeded',
  ] as const)('helps with %s, as long as the API says or ten seconds', (code) => {
    expect(waited(code, 7000)).toBe(7000);
    expect(waited(code, null)).toBe(10_000);
  });

  it.each(['image_damaged', 'album_full', 'unauthorized', 'not_found'] as const)(
    'does not help with %s',
    (code) => {
      expect(waited(code, 7000)).toBeNull();
    },
  );

  it('asks for a lost connection soon, then ever more seldom, and never gives up', () => {
    expect([0, 1, 2, 3, 4, 50].map((tries) => waited('offline', null, tries))).toEqual([
      1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
  });

  it('gives an API that breaks some tries', () => {
    expect([0, 3, 4].map((tries) => waited('internal_error', null, tries))).toEqual([1000, 8000, null]);
  });
});
