import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UploadLocks } from './upload-locks.js';

const GOES_ON = new AbortController().signal;
const busy = expect.objectContaining({ text: 'not_ready.upload_busy' }) as Error;

describe('UploadLocks', () => {
  it('asks whoever holds an upload to end, and waits until that has ended', async () => {
    const locks = new UploadLocks();
    const [first, second] = [locks.newLock('a'), locks.newLock('a')];
    const asked = vi.fn<() => void>();
    await first.lock(GOES_ON, asked);
    expect(asked).not.toHaveBeenCalled();
    let got = false;
    const waiting = second.lock(GOES_ON, () => undefined).then(() => (got = true));
    await Promise.resolve();
    expect([asked.mock.calls.length, got]).toEqual([1, false]);
    await first.unlock();
    await waiting;
    expect(got).toBe(true);
  });

  it('lets one after the other have it, whoever waits', async () => {
    const locks = new UploadLocks();
    let inside = 0;
    let most = 0;
    const work = () =>
      locks.hold('a', async () => {
        most = Math.max(most, (inside += 1));
        await new Promise(setImmediate);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 20 }, work));
    expect([inside, most]).toEqual([0, 1]);
  });

  it('frees it where the work fails, and never what another holds', async () => {
    const locks = new UploadLocks();
    await expect(locks.hold('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const holder = locks.newLock('a');
    await holder.lock(GOES_ON, () => undefined);
    await locks.newLock('a').unlock();
    const ended = AbortSignal.abort();
    await expect(locks.newLock('a').lock(ended, () => undefined)).rejects.toEqual(busy);
    await holder.unlock();
    await locks.hold('b', async () => undefined);
    await locks.hold('a', async () => undefined);
  });

  it('gives up where nobody lets go', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const locks = new UploadLocks();
    await locks.newLock('a').lock(GOES_ON, () => undefined);
    const waiting = locks.newLock('a').lock(GOES_ON, () => undefined);
    const late = vi.advanceTimersByTimeAsync(10_000);
    await expect(waiting).rejects.toEqual(busy);
    await late;
  });
});
