import type { OverviewView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Entrances } from '../broker/entrances.js';
import type { DatabaseState } from '../metrics/database-probe.js';
import { StoreProbe } from '../metrics/store-probe.js';
import { Pauses } from '../pauses/pauses.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import type { Situation } from './causes/situation.js';
import type { Figures } from './database-figures.js';
import { Surroundings } from './surroundings.js';

/** What is known at one moment. */
@Injectable()
export class Situations {
  constructor(
    private readonly workers: LiveWorkers,
    private readonly pauses: Pauses,
    private readonly store: StoreProbe,
    private readonly surroundings: Surroundings,
    private readonly entrances: Entrances,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  async with(
    { types, failures, hosts }: Figures,
    database: DatabaseState,
    storage: OverviewView['storage'],
  ): Promise<Situation> {
    return {
      now: Date.now(),
      types: types.map((type) => ({ ...type, unserved: !this.workers.knowsAny(type.type) })),
      workers: this.workers.all().map((status) => ({ status, running: this.workers.running(status) })),
      pauses: this.pauses.all,
      broker: this.surroundings.connections.all,
      topology: this.entrances.all.map(({ publisher }) => publisher.topologyProblem),
      storage: { ...storage, problem: await this.store.look() },
      database,
      failures,
      deliveries: hosts,
      workflows: this.catalog.problems,
    };
  }
}
