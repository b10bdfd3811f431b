import {
  BrokerConnection,
  buildTopology,
  ConfirmPublisher,
  permissionsFor,
  type BrokerRoleName,
  type Topology,
} from '@app/messaging';
import { connect, type Channel } from 'amqplib';
import { v7 as uuid } from 'uuid';
import { expect, inject, onTestFinished } from 'vitest';
import type { Vhost } from '../../support/vhost.js';
import { CONFIRM_TIMEOUT_MS } from './test-worker.js';

export const TYPES = ['person', 'building'];
export const RETRIES = { retryDelaysMs: [500, 1000] };

/** A publisher of a user of that role. Closed when the test ends. */
export async function publisherOf(
  vhost: Vhost,
  role: BrokerRoleName,
  topology: Topology,
  name = `${role}-${uuid()}`,
) {
  const url = await asUser(vhost, role, name);
  const connection = new BrokerConnection({ url, name });
  const publisher = new ConfirmPublisher(connection, { topology, confirmTimeoutMs: CONFIRM_TIMEOUT_MS });
  onTestFinished(async () => {
    await publisher.close();
    await connection.close();
  });
  return { url, connection, publisher, topology };
}

/** Everything is made by it. */
export async function startApi(vhost: Vhost) {
  const api = await publisherOf(vhost, 'api', buildTopology(TYPES, RETRIES));
  await api.publisher.whenReady(15_000);
  return api;
}

/** A plain channel of a user of that role. */
export async function channelOf(
  vhost: Vhost,
  role: BrokerRoleName,
  name: string,
): Promise<() => Promise<Channel>> {
  const model = await connect(await asUser(vhost, role, name));
  onTestFinished(() => model.close());
  return async () => {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    return channel;
  };
}

const DENIED = /ACCESS.REFUSED/;

export async function send(
  channel: Channel,
  exchange: string,
  key: string,
  properties: object = {},
): Promise<void> {
  const confirming = channel as Awaited<
    ReturnType<Awaited<ReturnType<typeof connect>>['createConfirmChannel']>
  >;
  let reason: Error | undefined;
  channel.once('error', (error: Error) => (reason = error));
  confirming.publish(exchange, key, Buffer.from('{}'), properties);
  await confirming.waitForConfirms().catch((error: unknown) => {
    throw reason ?? error;
  });
}

/** On a channel of its own each time: what is denied closes it. */
export async function expectDenied(
  open: () => Promise<Channel>,
  action: (channel: Channel) => Promise<unknown>,
): Promise<void> {
  const channel = await open();
  await expect(action(channel)).rejects.toThrow(DENIED);
}

/** The address of the virtual host for a user of this role, who exists until the test ends. */
async function asUser(vhost: Vhost, role: BrokerRoleName, name: string): Promise<string> {
  const user = encodeURIComponent(name);
  const { configure, write, read, topics } = permissionsFor(role, name);
  await vhost.api('PUT', `/api/users/${user}`, { password: 'secret', tags: '' });
  onTestFinished(async () => void (await vhost.api('DELETE', `/api/users/${user}`)));
  await vhost.api('PUT', `/api/permissions/${vhost.name}/${user}`, { configure, write, read });
  for (const topic of topics) await vhost.api('PUT', `/api/topic-permissions/${vhost.name}/${user}`, topic);
  const url = new URL(inject('broker').amqpUrl);
  url.username = user;
  url.password = 'secret';
  return `${url.toString().replace(/\/$/, '')}/${vhost.name}`;
}
