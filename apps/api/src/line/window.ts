import type { WorkerStatus } from '@app/contracts';

/**
 * A worker that ends a task finds the next one in the broker, and one more stands behind it while the line is asked for
 * the one after that. One that a worker holds ahead has not begun and still counts as the broker's, so that there are as
 * many more. Further ones would only be given an order too early: who comes later has to wait behind them.
 */
const PER_SLOT = 2;
/** So that a worker that was not heard of yet finds something to do. */
const LEAST = 2;
/** Workers tell of themselves every 5 s. */
const SILENT_MS = 6_000;

type Worker = Pick<WorkerStatus, 'worker' | 'concurrency' | 'lookahead' | 'at'>;

/**
 * How many tasks the broker should hold for these workers.
 *
 * One that died and was started again is there twice until the dead process is forgotten, and one that dies again and
 * again many times: the broker would be given half the line. Two that share a name and live both go on telling.
 */
export function windowOf(workers: readonly Worker[]): number {
  const latest = new Map<string, number>();
  for (const { worker, at } of workers) {
    latest.set(worker, Math.max(latest.get(worker) ?? 0, Date.parse(at)));
  }
  const alive = workers.filter(({ worker, at }) => latest.get(worker)! - Date.parse(at) <= SILENT_MS);
  const wanted = alive.map(({ concurrency, lookahead }) => PER_SLOT * concurrency + lookahead);
  return Math.max(
    LEAST,
    wanted.reduce((sum, each) => sum + each, 0),
  );
}
