import { describe, expect, it } from 'vitest';
import { SendingPace } from './sending-pace.js';
import type { Upload, UploadPhase } from './upload.js';

const MB = 1024 * 1024;

function photo(id: string, phase: UploadPhase, percent = 0, more: Partial<Upload> = {}): Upload {
  return { id, phase, percent, bytes: MB, problem: null, ...more } as Upload;
}

describe('the totals of sending', () => {
  it('count photos that have become tasks until none is left, then begin anew', () => {
    const pace = new SendingPace();
    pace.observe([photo('a', 'sending', 50), photo('b', 'waiting_to_send')], 0);
    const halfway = pace.observe([photo('a', 'accepted', 100), photo('b', 'sending', 50)], 1000);
    expect(halfway).toMatchObject({ total: 2, unsent: 1, percent: 75 });
    // The album shows the task of the first one, so it has left the list.
    expect(pace.observe([photo('b', 'sending', 50)], 1100)).toMatchObject({
      total: 2,
      unsent: 1,
      percent: 75,
    });
    expect(pace.observe([photo('b', 'accepted', 100)], 2000)).toMatchObject({ total: 0, unsent: 0 });
    expect(pace.observe([photo('c', 'checking')], 3000)).toMatchObject({ total: 1, unsent: 1, percent: 0 });
  });

  it('leave out what was taken back, refused or lost', () => {
    const pace = new SendingPace();
    pace.observe([photo('a', 'sending', 50), photo('b', 'sending', 50)], 0);
    const left = [photo('b', 'sending', 50), photo('c', 'refused'), photo('d', 'lost')];
    expect(pace.observe(left, 100)).toMatchObject({ total: 1, unsent: 1, percent: 50 });
  });

  it('never say that all is sent while something is left', () => {
    const totals = new SendingPace().observe([photo('a', 'sending', 100)], 0);
    expect(totals).toMatchObject({ unsent: 1, percent: 99 });
  });

  it('tell the time left by the pace of the last minute', () => {
    const pace = new SendingPace();
    expect(pace.observe([photo('a', 'sending', 0)], 0).secondsLeft).toBeNull();
    expect(pace.observe([photo('a', 'sending', 10)], 2000).secondsLeft).toBeNull();
    expect(pace.observe([photo('a', 'sending', 20)], 4000).secondsLeft).toBe(16);
    for (let second = 5; second <= 120; second += 1)
      pace.observe([photo('a', 'sending', 20 + second / 10)], second * 1000);
    // A tenth of a percent a second: 67.9 % are left after two minutes, less the sample at the edge of the window.
    expect(pace.observe([photo('a', 'sending', 32)], 121_000).secondsLeft).toBeGreaterThan(600);
  });

  it('say that nothing moves after 15 seconds, but not of photos that are paused or that wait for a reason', () => {
    const stuck = (phase: UploadPhase, more: Partial<Upload> = {}, atMs = 15_000) => {
      const pace = new SendingPace();
      pace.observe([photo('a', phase, 10, more)], 0);
      return pace.observe([photo('a', phase, 10, more)], atMs);
    };
    expect(stuck('sending', {}, 14_999).isStuck).toBe(false);
    expect(stuck('sending')).toMatchObject({ isStuck: true, secondsLeft: null });
    expect(stuck('paused')).toMatchObject({ isStuck: false, isPaused: true });
    expect(stuck('waiting_to_send', { problem: 'queue_full' }).isStuck).toBe(false);
  });
});
