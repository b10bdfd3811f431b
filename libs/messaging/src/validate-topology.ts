import { EXCHANGE } from './names.js';
import type { Topology } from './topology-rows.js';

/** AMQP short strings hold 255 bytes; ours also end up in metric labels and file names, so plain ASCII. */
const NAME = /^[a-z][a-z0-9._@-]{0,199}$/;

/** Every problem of a topology as a short phrase; an empty list when it can be declared. */
export function validateTopology(topology: Topology): string[] {
  const exchanges = topology.exchanges.map((row) => row.name);
  const queues = topology.queues.map((row) => row.name);
  return [
    ...[...exchanges, ...queues]
      .filter((name) => !NAME.test(name))
      .map((name) => `'${name}' is no usable name`),
    ...doubled(exchanges).map((name) => `exchange '${name}' is declared twice`),
    ...doubled(queues).map((name) => `queue '${name}' is declared twice`),
    ...topology.retryDelaysMs
      .filter((delayMs) => !Number.isSafeInteger(delayMs) || delayMs <= 0)
      .map((delayMs) => `a retry delay of ${delayMs} ms`),
    ...(topology.retryDelaysMs.length === 0 && exchanges.includes(EXCHANGE.work)
      ? ['there is no retry delay']
      : []),
    ...topology.queues
      .filter(({ arguments: args }) => {
        const target = args['x-dead-letter-exchange'];
        return target !== undefined && !exchanges.includes(String(target));
      })
      .map(({ name }) => `queue '${name}' dead-letters to an exchange that is not declared`),
    ...topology.bindings
      .filter(({ queue }) => !queues.includes(queue))
      .map(({ queue }) => `a binding names the queue '${queue}', which is not declared`),
    ...topology.bindings
      .filter(({ exchange }) => !exchanges.includes(exchange))
      .map(({ exchange }) => `a binding names the exchange '${exchange}', which is not declared`),
    ...unfed(topology).map((exchange) => `exchange '${exchange}' leads nowhere`),
  ];
}

function doubled(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** A dead letter that finds no queue is dropped silently, so every dead-letter target must lead somewhere. */
function unfed(topology: Topology): string[] {
  const targets = topology.queues.flatMap(({ arguments: args }) => args['x-dead-letter-exchange'] ?? []);
  return [...new Set(targets.map(String))].filter(
    (exchange) => !topology.bindings.some((binding) => binding.exchange === exchange),
  );
}
