import { buildIntakeTopology, buildTopology, BrokerConnection, ConfirmPublisher } from '@app/messaging';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { planUsers } from '../../../apps/cli/src/rabbitmq/broker-users.js';
import { toDefinitions } from '../../../apps/cli/src/rabbitmq/definitions.js';
import { INTAKE_VHOST, MAIN_VHOST } from '../../../apps/cli/src/rabbitmq/virtual-hosts.js';
import { Vhost } from '../../support/vhost.js';

/** Who logs in: a user of each role, two publishers who know nothing of each other, and an old program. */
export const ROLES = ['api', 'worker', 'bridge', 'operator', 'shop', 'rival', 'plain'] as const;
export type Role = (typeof ROLES)[number];

export const TASK_TYPES = ['person', 'building'];
/** Long, so that what lies in a retry queue stays there. */
export const RETRY_DELAYS_MS = [3_600_000, 7_200_000];

/**
 * What `photo-repair rabbitmq definitions` makes, imported into the tests' broker under names of its own: two virtual
 * hosts and the users. Removed after the tests of the file. Call it outside of tests.
 */
export function withBrokerCast(): BrokerCast {
  const cast = new BrokerCast();
  beforeAll(() => cast.create());
  afterAll(() => cast.remove());
  return cast;
}

export class BrokerCast {
  readonly main = new Vhost();
  readonly intake = new Vhost();
  private readonly suffix = randomBytes(4).toString('hex');
  private readonly passwords = new Map<string, string>();

  nameOf(role: Role): string {
    return `${role}-${this.suffix}`;
  }

  url(role: Role, vhost: 'main' | 'intake' = 'main'): string {
    const url = new URL(this[vhost].url);
    url.username = this.nameOf(role);
    url.password = this.passwords.get(this.nameOf(role)) ?? '';
    return url.href;
  }

  async create(): Promise<void> {
    await Promise.all([this.main.create(), this.intake.create()]);
    const names: Record<string, string> = { [MAIN_VHOST]: this.main.name, [INTAKE_VHOST]: this.intake.name };
    const planned = planUsers([this.nameOf('shop'), this.nameOf('rival')], [this.nameOf('plain')]);
    const users = planned.map(({ name, tags, permissions }) => {
      const unique = name.endsWith(this.suffix) ? name : `${name}-${this.suffix}`;
      const password = randomBytes(24).toString('hex');
      this.passwords.set(unique, password);
      const renamed = Object.entries(permissions).map(([vhost, rights]) => [names[vhost], rights]);
      return { name: unique, password, tags, permissions: Object.fromEntries(renamed) };
    });
    const definitions = toDefinitions(users, Object.values(names));
    await this.main.api('POST', '/api/definitions', definitions);
  }

  /** Lets the user of the API make queues and exchanges in both virtual hosts, as the API does at its start. */
  async declareAll(): Promise<void> {
    const topologies = {
      main: buildTopology(TASK_TYPES, { retryDelaysMs: RETRY_DELAYS_MS }),
      intake: buildIntakeTopology(TASK_TYPES),
    };
    for (const vhost of ['main', 'intake'] as const) {
      const connection = new BrokerConnection({ url: this.url('api', vhost), name: 'declare' });
      const publisher = new ConfirmPublisher(connection, { topology: topologies[vhost] });
      await publisher.whenReady(15_000);
      await publisher.close();
      await connection.close();
    }
  }

  async remove(): Promise<void> {
    await Promise.all([this.main.remove(), this.intake.remove()]);
    for (const name of this.passwords.keys()) {
      await new Vhost().api('DELETE', `/api/users/${name}`);
    }
  }

  /** The address of the broker's own administrator, who may do everything. */
  get administrator(): string {
    return `${inject('broker').amqpUrl}/${this.main.name}`;
  }
}
