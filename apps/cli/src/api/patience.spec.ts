import { expect, it } from 'vitest';
import { patienceMs } from './patience.js';
import { ApiRefusal, ApiSilence } from './api-errors.js';

const MINUTE_MS = 60_000;
const refusal = (status: number) => new ApiRefusal('no', status, undefined, undefined);

it.each([
  ['a full line, or a database that is away', refusal(503), 30, 30],
  ['too many requests', refusal(429), 30, 30],
  ['an API that is silent', new ApiSilence('no answer'), 2, 2],
  ['a fault of the API', refusal(500), 0, 2],
  ['a photo that is none', refusal(422), 0, 0],
  ['a disk of ours that is full', new Error('ENOSPC'), 0, 0],
])('%s is outlasted', (_what, error, sendingMin, readingMin) => {
  expect(patienceMs(error, false)).toBe(sendingMin * MINUTE_MS);
  expect(patienceMs(error, true)).toBe(readingMin * MINUTE_MS);
});
