import type { OverviewView } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { BrokerConnections } from '../broker/broker-connections.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ParkedCopies } from '../operations/parked-copies.js';
import { InTime } from '../in-time.js';

/** RabbitMQ may hold back what it is asked while it takes nothing. */
const LIMIT_MS = 2_000;

/** What photos need beside workers and a database: RabbitMQ, and room. */
@Injectable()
export class Surroundings {
  private readonly parkedMessages: InTime<number>;

  constructor(
    readonly connections: BrokerConnections,
    @Inject(API_ENV) private readonly env: ApiEnv,
    parkedCopies: ParkedCopies,
  ) {
    this.parkedMessages = new InTime(() => parkedCopies.count(), LIMIT_MS);
  }

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

  /** `held`: while RabbitMQ is away, photos stay in their line. */
  handOvers({ count, since }: { count: number; since: number | null }, held: number): OverviewView['outbox'] {
    const isAway = this.connections.publish.state !== 'connected';
    return {
      pending: isAway ? count + held : count,
      oldest_since: since === null ? null : new Date(since).toISOString(),
    };
  }

  async parked(): Promise<number | null> {
    // Nobody can tell while RabbitMQ is away.
    const isAway = this.connections.publish.state === 'connecting';
    const { value, problem } = await this.parkedMessages.read();
    return isAway || problem !== null ? null : (value ?? null);
  }
}
