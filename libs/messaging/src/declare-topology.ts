import type { Channel } from 'amqplib';
import type { Topology } from './topology-rows.js';
import { TopologyMismatch } from './topology-mismatch.js';
import { TopologyMissing } from './topology-missing.js';

const ACCESS_REFUSED = 403;
/** Topologies that the broker does not let this program look at. */
const unseen = new WeakSet<Topology>();

/**
 * Declares all of it; called at every (re)opening of a channel, since a queue may have been deleted meanwhile.
 * Declaring what exists with the same arguments changes nothing. Rejects with `TopologyMismatch` where something
 * exists with other arguments; the broker closes the channel then.
 *
 * Where the topology is not this program's to make, it only looks, and rejects with `TopologyMissing`. The broker tells
 * nobody what is bound; what is published into an exchange without a queue comes back. Who may not even look is not asked
 * to again: RabbitMQ 4.2.6 and 4.3.0 want `configure` for that, later ones any permission (rabbitmq-server, pull
 * request 16272), earlier ones none. What is missing shows when it is used, then.
 */
export async function declareTopology(channel: Channel, topology: Topology): Promise<void> {
  try {
    if (topology.declares) await makeAll(channel, topology);
    else if (!unseen.has(topology)) await findAll(channel, topology);
  } catch (error) {
    if (!topology.declares && (error as { code?: unknown }).code === ACCESS_REFUSED) unseen.add(topology);
    throw explainTopology(error) ?? error;
  }
}

/** Rejects where there is no such queue; who may not look takes it for there. The channel is closed then, either way. */
export async function findOrTrust(channel: Channel, queue: string): Promise<void> {
  try {
    await channel.checkQueue(queue);
  } catch (error) {
    if ((error as { code?: unknown }).code !== ACCESS_REFUSED) throw error;
  }
}

/** What an error of the broker says about the topology, in a sentence; undefined where it is about something else. */
export function explainTopology(error: unknown): TopologyMismatch | TopologyMissing | undefined {
  return TopologyMismatch.from(error) ?? TopologyMissing.from(error);
}

async function makeAll(channel: Channel, topology: Topology): Promise<void> {
  for (const exchange of topology.exchanges) {
    await channel.assertExchange(exchange.name, exchange.type, { durable: true });
  }
  for (const queue of topology.queues) {
    await channel.assertQueue(queue.name, { durable: true, arguments: { ...queue.arguments } });
  }
  for (const binding of topology.bindings) {
    await channel.bindQueue(binding.queue, binding.exchange, binding.routingKey);
  }
  // Taking away what is not there changes nothing either.
  for (const binding of topology.retired) {
    await channel.unbindQueue(binding.queue, binding.exchange, binding.routingKey);
  }
}

async function findAll(channel: Channel, { exchanges, queues }: Topology): Promise<void> {
  for (const { name } of exchanges) await channel.checkExchange(name);
  for (const { name } of queues) await channel.checkQueue(name);
}
