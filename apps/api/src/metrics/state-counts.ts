import { TASK_STATES, type TaskState } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import { isPostgres } from '../database/dialect.js';
import type { Database } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';

/** What other instances store is not heard of here; Prometheus asks every 15 to 60 s. */
const RELOAD_MS = 60_000;

/**
 * How many tasks are in which state, by type: counted once, then moved with each change that is stored here, because a
 * count of a million rows at each scrape would hold up everybody. Where several instances share a PostgreSQL database,
 * each counts anew every minute and shows its own view, which is up to a minute late about what the others did: take the
 * maximum over the instances, not the sum.
 */
@Injectable()
export class StateCounts implements OnModuleInit, BeforeApplicationShutdown {
  private counts = new Map<string, Map<TaskState, number>>();
  private reloading: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.load();
    // The embedded database is of one process, which hears of every change.
    if (!isPostgres(this.db)) return;
    this.reloading = setInterval(() => {
      this.load().catch((error: unknown) => this.logger.warn({ err: error }, 'tasks could not be counted'));
    }, RELOAD_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.reloading);
  }

  /** `from` and `to` are null for what was not there before or is no more. */
  moved(type: string, from: TaskState | null, to: TaskState | null): void {
    if (from !== null) this.add(type, from, -1);
    if (to !== null) this.add(type, to, 1);
  }

  of(type: string, state: TaskState): number {
    return this.counts.get(type)?.get(state) ?? 0;
  }

  /** Types that there is a task of. */
  get types(): string[] {
    return [...this.counts.keys()];
  }

  private async load(): Promise<void> {
    const rows = await this.db
      .selectFrom('tasks')
      .select((eb) => ['type' as const, 'state' as const, eb.fn.countAll<number>().as('count')])
      .groupBy(['type', 'state'])
      .execute();
    const counts: typeof this.counts = new Map();
    for (const { type, state, count } of rows) {
      const ofType = counts.get(type) ?? new Map<TaskState, number>(TASK_STATES.map((each) => [each, 0]));
      counts.set(type, ofType.set(state, count));
    }
    this.counts = counts;
  }

  private add(type: string, state: TaskState, change: number): void {
    const ofType = this.counts.get(type) ?? new Map<TaskState, number>();
    this.counts.set(type, ofType);
    ofType.set(state, Math.max(0, (ofType.get(state) ?? 0) + change));
  }
}
