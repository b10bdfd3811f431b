import type { TypeOverview } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { OutboxStore } from '../metrics/outbox.store.js';
import type { DatabaseState, HostTrouble } from './causes/situation.js';
import { InTime } from './in-time.js';
import { LastHour } from './last-hour.js';
import { TroubledDeliveriesStore } from './troubled-deliveries.store.js';
import { TypeOverviews } from './type-overviews.js';

const HOUR_MS = 3_600_000;
/** Whoever looks has to be told that the database is slow, and not to wait for it. */
const LIMIT_MS = 2_000;

/** All that the database tells of one moment. */
export interface Figures {
  types: TypeOverview[];
  failures: { code: string; count: number; first: number }[];
  hosts: HostTrouble[];
  deliveries: { pending: number; failed: number };
  outbox: { count: number; since: number | null };
}

const NOTHING: Figures = {
  types: [],
  failures: [],
  hosts: [],
  deliveries: { pending: 0, failed: 0 },
  outbox: { count: 0, since: null },
};

/** What the overview has from the database, and how that answers. What is late is shown as it was before. */
@Injectable()
export class DatabaseFigures {
  private readonly smallest = new InTime(() => this.askSmallest(), LIMIT_MS);
  private readonly figures = new InTime(() => this.readAll(), LIMIT_MS);

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly types: TypeOverviews,
    private readonly lastHour: LastHour,
    private readonly deliveries: TroubledDeliveriesStore,
    private readonly outbox: OutboxStore,
  ) {}

  /** Takes two seconds at most, but for the first time with a database that is well. */
  async read(): Promise<{ figures: Figures; database: DatabaseState }> {
    const [{ ms, problem }, { value }] = await Promise.all([this.smallest.read(), this.figures.read()]);
    const database = { ms, problem };
    if (value !== undefined) return { figures: value, database };
    const isLate = problem !== null || ms >= LIMIT_MS / 2;
    return { figures: isLate ? NOTHING : await this.figures.untilAnswered(), database };
  }

  private async askSmallest(): Promise<true> {
    await this.db.selectFrom('tasks').select('id').limit(1).execute();
    return true;
  }

  private async readAll(): Promise<Figures> {
    const from = Date.now() - HOUR_MS;
    const types = await this.types.all();
    return {
      types,
      failures: await this.lastHour.failures(types.map(({ type }) => type)),
      hosts: await this.deliveries.hosts(from),
      deliveries: await this.deliveries.counts(from),
      outbox: await this.outbox.pending(),
    };
  }
}
