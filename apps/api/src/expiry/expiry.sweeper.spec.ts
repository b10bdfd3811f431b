import { createLogger } from '@app/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExpiryService } from './expiry.service.js';
import { ExpirySweeper } from './expiry.sweeper.js';

describe('ExpirySweeper', () => {
  const sweep = vi.fn<(signal: AbortSignal) => Promise<number>>();
  const logger = createLogger('test', 'silent');
  const complaints = vi.spyOn(logger, 'error');
  let sweeper: ExpirySweeper;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    sweep.mockResolvedValue(0);
    sweeper = new ExpirySweeper({ sweep } as unknown as ExpiryService, logger);
  });
  afterEach(async () => {
    await sweeper.beforeApplicationShutdown();
    vi.useRealTimers();
  });

  it('looks at start and every second, and never twice at once', async () => {
    let finish = () => {};
    sweep.mockReturnValueOnce(new Promise((resolve) => (finish = () => resolve(0))));
    sweeper.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(5000);
    expect(sweep).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(3000);
    expect(sweep).toHaveBeenCalledTimes(4);
  });

  it('goes on after failures, and complains once for each time that it begins to fail', async () => {
    sweep.mockRejectedValueOnce(new Error('locked')).mockRejectedValueOnce(new Error('still locked'));
    sweeper.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sweeper.problem).toBe('still locked');
    expect(complaints).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sweeper.problem).toBeNull();
    sweep.mockRejectedValueOnce(new Error('again'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(complaints).toHaveBeenCalledTimes(2);
  });

  it('stops with the process, after the sweep in hand', async () => {
    sweep.mockImplementationOnce(
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(0))),
    );
    sweeper.onApplicationBootstrap();
    await sweeper.beforeApplicationShutdown();
    await vi.advanceTimersByTimeAsync(5000);
    expect(sweep).toHaveBeenCalledTimes(1);
  });
});
