import { createLogger } from '@app/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RepeatedWork } from './repeated-work.js';

describe('RepeatedWork', () => {
  const work = vi.fn<(signal: AbortSignal) => Promise<void>>();
  const logger = createLogger('test', 'silent');
  const complaints = vi.spyOn(logger, 'error');
  let repeated: RepeatedWork;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    work.mockResolvedValue();
    repeated = new RepeatedWork(work, { name: 'sweeping', everyMs: 1000, logger });
  });
  afterEach(async () => {
    await repeated.stop();
    vi.useRealTimers();
  });

  it('begins at once, and never twice at the same time', async () => {
    let finish = () => {};
    work.mockReturnValueOnce(new Promise((resolve) => (finish = resolve)));
    repeated.start();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(3000);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('begins later where it is told to', async () => {
    const late = new RepeatedWork(work, { name: 'sweeping', everyMs: 1000, firstAfterMs: 60_000, logger });
    late.start();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(work).toHaveBeenCalledTimes(1);
    await late.stop();
  });

  it('goes on after failures, and complains once for each time that it begins to fail', async () => {
    work.mockRejectedValueOnce(new Error('locked')).mockRejectedValueOnce(new Error('still locked'));
    repeated.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(complaints).toHaveBeenCalledTimes(1);
    work.mockRejectedValueOnce(new Error('again'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(complaints).toHaveBeenCalledTimes(2);
  });

  it('stops after what is in hand, which is told', async () => {
    work.mockImplementationOnce(
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    repeated.start();
    await vi.advanceTimersByTimeAsync(0);
    await repeated.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
