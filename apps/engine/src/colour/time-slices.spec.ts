import { describe, expect, it } from 'vitest';
import { asPart, finish, runInSlices, type SlicedWork } from './time-slices.js';

function* spin(steps: number, stepMs: number): SlicedWork<string> {
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + stepMs;
    while (performance.now() < until);
    yield (i + 1) / steps;
  }
  return 'done';
}

describe('sliced work', () => {
  it('lets the event loop in between slices', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await runInSlices(spin(20, 10), new AbortController().signal, () => {});
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  it('reports growing progress that ends at 1', async () => {
    const seen: number[] = [];
    expect(await runInSlices(spin(10, 7), new AbortController().signal, (done) => seen.push(done))).toBe(
      'done',
    );
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(seen.at(-1)).toBe(1);
    expect(seen.length).toBeGreaterThan(2);
  });

  it('stops at the next slice when aborted, with the reason of the signal', async () => {
    const controller = new AbortController();
    const running = runInSlices(spin(1_000, 5), controller.signal, () =>
      controller.abort(new Error('interrupted')),
    );
    await expect(running).rejects.toThrow('interrupted');
  });

  it('does not begin when already aborted', async () => {
    const work = spin(1, 0);
    await expect(runInSlices(work, AbortSignal.abort(new Error('too late')), () => {})).rejects.toThrow(
      'too late',
    );
    expect(work.next().done).toBe(false);
  });

  it('places the progress of a part within the whole', () => {
    const part = asPart(spin(2, 0), 0.5, 0.7);
    expect(part.next().value).toBeCloseTo(0.6);
    expect(part.next().value).toBeCloseTo(0.7);
    expect(finish(part)).toBe('done');
  });
});
