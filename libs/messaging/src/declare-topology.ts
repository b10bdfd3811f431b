import type { Channel } from 'amqplib';
import type { Topology } from './topology-rows.js';
import { TopologyMismatch } from './topology-mismatch.js';

/**
 * Declares all of it; called at every (re)opening of a channel, since a queue may have been deleted meanwhile.
 * Declaring what exists with the same arguments changes nothing. Rejects with `TopologyMismatch` where something
 * exists with other arguments; the broker closes the channel then.
 */
export async function declareTopology(channel: Channel, topology: Topology): Promise<void> {
  try {
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
  } catch (error) {
    throw TopologyMismatch.from(error) ?? error;
  }
}
