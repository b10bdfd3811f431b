import {
  BrokerConnection,
  buildIntakeTopology,
  ForeignTaskSubscriber,
  type ForeignDelivery,
  type ForeignTaskSubscriberOptions,
} from '@app/messaging';
import { onTestFinished } from 'vitest';
import type { Vhost } from '../../support/vhost.js';
import { startPublisher } from './test-worker.js';

export const INGRESS = 'photo_repair_tasks';
export const VOUCHED = 'photo_repair.vouched';
export const PARKING = 'photo_repair.parking';
export const NOTHING = { [INGRESS]: 0, [VOUCHED]: 0, [PARKING]: 0 };

/** How long a subscriber that is closed waits in tests for what it has in hand. */
export const STOPPING_MS = 30_000;

/** What of a delivery a test can compare. */
export type Seen = Omit<ForeignDelivery, 'signal' | 'body'> & { text: string };

/** Takes every message, and remembers what it was given. */
export function takeAll(): { seen: Seen[]; take: ForeignTaskSubscriberOptions['take'] } {
  const seen: Seen[] = [];
  return {
    seen,
    take: async ({ signal, body, ...rest }) => {
      signal.throwIfAborted();
      seen.push({ ...rest, text: body.toString() });
      return { kind: 'taken' };
    },
  };
}

/** The intake of an API instance. Closed when the test ends. */
export async function startForeign(
  vhost: Vhost,
  take: ForeignTaskSubscriberOptions['take'],
  options: Partial<ForeignTaskSubscriberOptions> & { url?: string } = {},
) {
  const { url = vhost.url, name = 'api-1', ...rest } = options;
  // A busy disk may take longer than 5 s to confirm, and what is published again then is parked twice.
  const confirmTimeoutMs = STOPPING_MS;
  const types = ['person', 'building'];
  const { topology, publisher } = await startPublisher(vhost, types, name, undefined, { confirmTimeoutMs });
  const connection = new BrokerConnection({ url, name: `${name}-consume` });
  const subscriber = new ForeignTaskSubscriber({
    connection,
    topology: rest.vhost === 'intake' ? buildIntakeTopology(['person', 'building']) : topology,
    publisher,
    vhost: 'main',
    name,
    take,
    ...rest,
  });
  onTestFinished(async () => {
    await subscriber.close(100);
    await connection.close();
  });
  await subscriber.whenReady(15_000);
  return { subscriber, publisher, topology, connection };
}
