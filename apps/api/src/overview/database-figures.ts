import type { TypeOverview } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InTime } from '../in-time.js';
import { DatabaseProbe, type DatabaseState } from '../metrics/database-probe.js';
import { OutboxStore } from '../metrics/outbox.store.js';
import type { HostTrouble } from './causes/situation.js';
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
  private readonly figures = new InTime(() => this.readAll(), LIMIT_MS);

  constructor(
    private readonly probe: DatabaseProbe,
    private readonly types: TypeOverviews,
    private readonly lastHour: LastHour,
    private readonly deliveries: TroubledDeliveriesStore,
    private readonly outbox: OutboxStore,
  ) {}

  /** Takes two seconds at most, but for the first time with a database that is well. */
  async read(): Promise<{ figures: Figures; database: DatabaseState }> {
    const [database, { value }] = await Promise.all([this.probe.look(), this.figures.read()]);
    if (value !== undefined) return { figures: value, database };
    const isLate = database.problem !== null || database.ms >= LIMIT_MS / 2;
    return { figures: isLate ? NOTHING : await this.figures.untilAnswered(), database };
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
