import { setImmediate } from 'node:timers/promises';

/** Long enough to get work done, short enough that sockets and HTTP of the same process stay prompt. */
const SLICE_MS = 12;

/** Work that says how far it is (0 to 1) every few milliseconds and returns its result at the end. */
export type SlicedWork<Result> = Generator<number, Result, void>;

/**
 * Runs sliced work on the main thread and lets the event loop in between two slices.
 * A worker thread would need its own entry file for sources and for the build, and a second heap.
 */
export async function runInSlices<Result>(
  work: SlicedWork<Result>,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Result> {
  signal.throwIfAborted();
  let sliceBegan = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) {
      onProgress(1);
      return step.value;
    }
    if (performance.now() - sliceBegan < SLICE_MS) continue;
    onProgress(step.value);
    await setImmediate();
    signal.throwIfAborted();
    sliceBegan = performance.now();
  }
}

/** Runs `work` as the part from `from` to `to` of a longer piece of work. */
export function* asPart<Result>(work: SlicedWork<Result>, from: number, to: number): SlicedWork<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield from + (to - from) * step.value;
  }
}

/** Runs sliced work in one go, for callers that need no event loop in between. */
export function finish<Result>(work: SlicedWork<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
