import { isFinalState } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdleWait, Sighting, StoredTask } from '../check/observation.js';
import type { TaskTable } from './task-table.js';

const LOOK_EVERY_MS = 100;

/** Looks at the store all the time and writes down every change that it sees of a task. */
export class StateWatch {
  readonly sightings = new Map<string, Sighting[]>();
  /** When the last task was seen to reach its final state (epoch milliseconds). */
  lastFinalAt = 0;
  /** Those that are over. */
  private readonly idleWaits: IdleWait[] = [];
  private waiting = new Map<string, IdleWait>();
  private readonly stopping = new AbortController();
  private readonly looking: Promise<void>;

  /** @param slots how many tasks can run at the same time */
  constructor(
    private readonly table: TaskTable,
    private readonly slots: number,
  ) {
    this.looking = this.lookOn();
  }

  /** All times that a task could have run and did not. */
  get idle(): IdleWait[] {
    return [...this.idleWaits, ...this.waiting.values()];
  }

  /** Looks once more, then no more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await this.look();
  }

  /** Resolves to whether all tasks that the store has are at their end. */
  async look(): Promise<boolean> {
    const tasks = await this.table.tasks();
    this.noteIdle(tasks, Date.now());
    for (const { id, state, result } of tasks) {
      const resultSha256 = result?.sha256 ?? null;
      const seen = this.sightings.get(id) ?? [];
      const last = seen.at(-1);
      if (last?.state === state && last.resultSha256 === resultSha256) continue;
      this.sightings.set(id, [...seen, { state, resultSha256 }]);
      if (isFinalState(state)) this.lastFinalAt = Date.now();
    }
    return tasks.every(({ state }) => isFinalState(state));
  }

  private noteIdle(tasks: readonly StoredTask[], now: number): void {
    const isIdle = tasks.filter(({ state }) => state === 'running').length < this.slots;
    const couldRun = tasks.filter(
      ({ state, retryAt }) => isIdle && state === 'queued' && (retryAt ?? 0) < now,
    );
    const before = this.waiting;
    this.waiting = new Map(
      couldRun.map(({ id }) => [id, { taskId: id, from: before.get(id)?.from ?? now, to: now }]),
    );
    for (const [id, wait] of before) if (!this.waiting.has(id)) this.idleWaits.push(wait);
  }

  private async lookOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look();
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
