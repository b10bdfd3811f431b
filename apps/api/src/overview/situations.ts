import type { OverviewView, TypeOverview } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Pauses } from '../pauses/pauses.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import type { Situation } from './causes/situation.js';
import { LastHour } from './last-hour.js';
import { Surroundings } from './surroundings.js';

/** What is known at one moment. */
@Injectable()
export class Situations {
  constructor(
    private readonly workers: LiveWorkers,
    private readonly pauses: Pauses,
    private readonly lastHour: LastHour,
    private readonly surroundings: Surroundings,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  async with(types: readonly TypeOverview[], storage: OverviewView['storage']): Promise<Situation> {
    return {
      now: Date.now(),
      types: types.map((type) => ({ ...type, unserved: !this.workers.knowsAny(type.type) })),
      workers: this.workers.all().map((status) => ({ status, running: this.workers.running(status) })),
      pauses: this.pauses.all,
      broker: this.surroundings.connections.all,
      storage,
      databaseMs: await this.surroundings.databaseMs(),
      failures: await this.lastHour.failures(types.map(({ type }) => type)),
      deliveries: await this.surroundings.troubledHosts(),
      workflows: this.catalog.problems,
    };
  }
}
