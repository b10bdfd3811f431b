import type { OverviewView } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { BrokerConnections } from '../broker/broker-connections.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { OutboxStore } from '../metrics/outbox.store.js';
import { ParkedCopies } from '../operations/parked-copies.js';
import { TroubledDeliveriesStore } from './troubled-deliveries.store.js';

const HOUR_MS = 3_600_000;

/** What photos need beside workers: RabbitMQ, room, a database that answers, receivers. */
@Injectable()
export class Surroundings {
  constructor(
    readonly connections: BrokerConnections,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(DATABASE) private readonly db: Database,
    private readonly outbox: OutboxStore,
    private readonly parkedCopies: ParkedCopies,
    private readonly deliveriesStore: TroubledDeliveriesStore,
  ) {}

  get broker(): OverviewView['broker'] {
    const { publish } = this.connections;
    const described = this.connections.describe();
    return {
      connected: publish.state === 'connected' || publish.state === 'blocked',
      blocked: publish.state === 'blocked',
      problem: described === 'ok' ? null : described,
    };
  }

  async storage(): Promise<OverviewView['storage']> {
    // What cannot be looked at is shown as such; /readyz says why.
    const found = await statfs(this.env.dataDir).catch(() => undefined);
    return {
      free_bytes: found ? found.bavail * found.bsize : null,
      total_bytes: found ? found.blocks * found.bsize : null,
    };
  }

  async deliveries(): Promise<OverviewView['deliveries']> {
    const { pending, failed } = await this.deliveriesStore.counts(Date.now() - HOUR_MS);
    return { pending, failed_last_hour: failed };
  }

  async troubledHosts() {
    return this.deliveriesStore.hosts(Date.now() - HOUR_MS);
  }

  /** `held`: while RabbitMQ is away, photos stay in their line. */
  async handOvers(held: number): Promise<OverviewView['outbox']> {
    const { count, since } = await this.outbox.pending();
    const isAway = this.connections.publish.state !== 'connected';
    return {
      pending: isAway ? count + held : count,
      oldest_since: since === null ? null : new Date(since).toISOString(),
    };
  }

  async parked(): Promise<number | null> {
    // Nobody can tell while RabbitMQ is away.
    return this.parkedCopies.count().catch(() => null);
  }

  /** How many milliseconds the database takes for the smallest question. */
  async databaseMs(): Promise<number> {
    const begun = performance.now();
    await this.db.selectFrom('tasks').select('id').limit(1).execute();
    return performance.now() - begun;
  }
}
