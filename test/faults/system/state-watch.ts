import { isFinalState } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sighting } from '../check/observation.js';
import type { TaskTable } from './task-table.js';

const LOOK_EVERY_MS = 100;

/** Looks at the store all the time and writes down every change that it sees of a task. */
export class StateWatch {
  readonly sightings = new Map<string, Sighting[]>();
  /** When the last task was seen to reach its final state (epoch milliseconds). */
  lastFinalAt = 0;
  private readonly stopping = new AbortController();
  private readonly looking: Promise<void>;

  constructor(private readonly table: TaskTable) {
    this.looking = this.lookOn();
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

  private async lookOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look();
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
