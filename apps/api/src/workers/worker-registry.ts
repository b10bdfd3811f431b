import type { WorkerStatus } from '@app/contracts';

/** Three of the intervals in which a worker tells of itself: two may get lost. */
export const WORKER_LIFETIME_MS = 15_000;

interface Known {
  status: WorkerStatus;
  heardAt: number;
}

/** A task that a worker is at. */
export interface RunningTask {
  taskId: string;
  taskType: string;
  /** How long it has run by now; the clocks of both machines need not agree. */
  elapsedMs: number;
}

/** The workers that were heard of lately, by process: two of the same name are two. */
export class WorkerRegistry {
  private readonly known = new Map<string, Known>();
  private listeningSince: number;

  /** `now` is a clock in milliseconds that never goes back. */
  constructor(private readonly now: () => number) {
    this.listeningSince = now();
  }

  /** Nothing could be heard until now, so that nobody who was not heard of counts as gone yet. */
  listenAnew(): void {
    this.listeningSince = this.now();
  }

  /** @returns whether there is more or less to be had of the workers by it, or another word of why there is nothing. */
  hear(status: WorkerStatus): boolean {
    const before = this.known.get(status.process)?.status;
    this.known.set(status.process, { status, heardAt: this.now() });
    return before === undefined || capacity(before) !== capacity(status);
  }

  /** Forgets those that have been silent for their lifetime. @returns whether there were any. */
  expire(): boolean {
    const silentSince = this.now() - WORKER_LIFETIME_MS;
    const gone = [...this.known.values()].filter(({ heardAt }) => heardAt <= silentSince);
    for (const { status } of gone) this.known.delete(status.process);
    return gone.length > 0;
  }

  /** Milliseconds until the next one counts as gone if it stays silent; undefined where there is none. */
  get nextExpiryMs(): number | undefined {
    const oldest = Math.min(...[...this.known.values()].map(({ heardAt }) => heardAt));
    return Number.isFinite(oldest) ? Math.max(0, oldest + WORKER_LIFETIME_MS - this.now()) : undefined;
  }

  all(): WorkerStatus[] {
    return [...this.known.values()].map(({ status }) => status);
  }

  /** Those that take the type, except those that end or that an operator has paused. */
  of(type: string): WorkerStatus[] {
    return this.all().filter((status) => {
      return !isEnding(status) && status.closedBecause !== 'paused' && status.taskTypes.includes(type);
    });
  }

  /** See `LiveWorkers.onlyPaused`. */
  onlyPaused(type: string): boolean {
    const isOfType = ({ taskTypes, closedBecause }: WorkerStatus) =>
      taskTypes.includes(type) && closedBecause === 'paused';
    return this.of(type).length === 0 && this.all().some(isOfType);
  }

  /** See `LiveWorkers.shortOfMemory`. */
  shortOfMemory(type: string): { usedPercent: number | null } | undefined {
    const workers = this.of(type);
    if (workers.length === 0) return undefined;
    if (workers.some(({ closedBecause }) => closedBecause !== 'gpu_memory')) return undefined;
    const known = workers.flatMap(({ gpuMemoryUsedPercent }) => gpuMemoryUsedPercent ?? []);
    return { usedPercent: known.length === 0 ? null : Math.min(...known) };
  }

  knowsAny(type: string): boolean {
    return this.of(type).length > 0 || this.now() - this.listeningSince < WORKER_LIFETIME_MS;
  }

  running({ process }: WorkerStatus): RunningTask[] {
    const known = this.known.get(process);
    if (known === undefined) return [];
    const { status, heardAt } = known;
    return status.running.map(({ taskId, taskType, since }) => ({
      taskId,
      taskType,
      elapsedMs: Math.max(0, Date.parse(status.at) - Date.parse(since)) + this.now() - heardAt,
    }));
  }
}

/** What of a status decides how much work it takes, and what people are told where it takes none. */
function capacity(status: WorkerStatus): string {
  const { taskTypes, concurrency, lookahead, tap, closedBecause, gpuMemoryUsedPercent = null } = status;
  return JSON.stringify([taskTypes, concurrency, lookahead, tap, closedBecause, gpuMemoryUsedPercent]);
}

/** It takes nothing any more, whatever becomes of its engines. */
export function isEnding({ closedBecause }: WorkerStatus): boolean {
  return closedBecause === 'stopping' || closedBecause === 'leaving';
}
