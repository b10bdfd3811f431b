import type { WorkerView } from '@app/contracts';

/** What a worker is up to. `draining`: paused, and still at something. `closed`: it takes nothing and a newer version knows why. */
export type WorkerState =
  | 'working'
  | 'ready'
  | 'draining'
  | 'paused'
  | 'no_engine'
  | 'gpu_memory'
  | 'closed'
  | 'leaving'
  | 'stopping';

export function workerState({ paused, running, tap, closed_because: closed }: WorkerView): WorkerState {
  if (closed === 'leaving' || closed === 'stopping') return closed;
  if (paused) return running.length > 0 ? 'draining' : 'paused';
  if (closed === 'no_engine' || closed === 'gpu_memory') return closed;
  if (tap === 'closed') return 'closed';
  return running.length > 0 ? 'working' : 'ready';
}
