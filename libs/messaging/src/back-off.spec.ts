import { describe, expect, it } from 'vitest';
import { backOffMs, untilDone } from './back-off.js';

it('waits 200 ms at first, twice as long each time, 3 s at most', () => {
  expect([0, 1, 2, 5, 6, 1000].map((failures) => backOffMs(failures))).toEqual([
    200, 400, 800, 3_000, 3_000, 3_000,
  ]);
  expect([0, 4, 5, 1000].map((failures) => backOffMs(failures, 5_000))).toEqual([200, 3_200, 5_000, 5_000]);
});

describe('doing something until it is done', () => {
  it('tries again after a failure and tells of each', async () => {
    const failures: number[] = [];
    let calls = 0;
    const done = await untilDone(
      async () => {
        if (++calls < 2) throw new Error('not yet');
        return 'there';
      },
      { signal: new AbortController().signal, onFailure: (_, count) => failures.push(count) },
    );
    expect({ done, calls, failures }).toEqual({ done: { value: 'there' }, calls: 2, failures: [1] });
  });

  it('gives up when it is aborted, also in the middle of a pause', async () => {
    const abort = new AbortController();
    const doing = untilDone(() => Promise.reject(new Error('never')), {
      signal: abort.signal,
      onFailure: () => setImmediate(() => abort.abort()),
    });
    expect(await doing).toBeUndefined();
  });

  it('throws what does not pass', async () => {
    const doing = untilDone(() => Promise.reject(new Error('for good')), {
      signal: new AbortController().signal,
      isPassing: () => false,
      onFailure: () => undefined,
    });
    await expect(doing).rejects.toThrow('for good');
  });
});
