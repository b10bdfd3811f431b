import { runInSlices, type SlicedWork } from '../colour/time-slices.js';
import type { NodeRun } from './node.js';

/** Steps in which progress is told: enough for a bar. (Most nodes of a real server tell none.) */
const PROGRESS_STEPS = 100;

/** Runs the work of a node beside sockets and HTTP: it can be interrupted and tells how far it is. */
export function runSliced<Result>(work: SlicedWork<Result>, run: NodeRun): Promise<Result> {
  return runInSlices(work, run.signal, progressOf(run));
}

/** Tells each hundredth once, never one that is behind, and nothing after an interruption. */
export function progressOf(run: NodeRun): (fraction: number) => void {
  let told = 0;
  return (fraction) => {
    const step = Math.min(PROGRESS_STEPS, Math.floor(fraction * PROGRESS_STEPS));
    if (step <= told || run.signal.aborted) return;
    told = step;
    run.onProgress(step, PROGRESS_STEPS);
  };
}
