import { taskTypeKeySchema } from '@app/contracts';
import { EXCHANGE, QUEUE, retryLevelName, workQueueName } from './names.js';
import { kept, keptForAWhile } from './queue-arguments.js';
import type { QueueType, Topology } from './topology-rows.js';
import { validateTopology } from './validate-topology.js';

/** How long a failed attempt waits before the next one: first 5 s (a hiccup), then 30 s (an engine's restart). */
export const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [5_000, 30_000];

/**
 * Strict priority needs a classic queue: quorum queues of RabbitMQ 3.10 have no priorities and those of 4.0 to 4.2
 * mix two classes 2:1. Said out loud because a broker may make quorum queues by default, which refuse
 * `x-max-priority`. Measured on 3.10.8, 4.0.5 and 4.3.6.
 */
const CLASSIC = { 'x-queue-type': 'classic' } as const;

/** 0 is normal, 4 the most urgent; each level costs memory in every queue, so few of them. */
export const MAX_PRIORITY = 4;

/**
 * The topology for these task types, validated. A new type is one more queue and two more bindings; a new retry
 * delay is a new level under a new name, so nothing that exists ever has to change its arguments.
 *
 * `declares` is false for a program that may not make queues (`Topology.declares`). `queueType` has to be the same in every
 * program that declares: what exists with another one is a `TopologyMismatch`.
 *
 * Throws an `Error` that lists every problem: no or doubled types, a type that is no valid key, delays that are
 * not whole positive milliseconds.
 */
export function buildTopology(
  taskTypes: readonly string[],
  options: { retryDelaysMs?: readonly number[]; declares?: boolean; queueType?: QueueType } = {},
): Topology {
  const { queueType = 'classic' } = options;
  const retryDelaysMs = [...(options.retryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS)].sort((a, b) => a - b);
  const retryLevels = retryDelaysMs.map((delayMs) => ({ delayMs, name: retryLevelName(delayMs) }));
  const entrance = entranceRows(taskTypes);
  return checked({
    taskTypes: [...taskTypes],
    retryDelaysMs,
    declares: options.declares ?? true,
    queueType,
    exchanges: [
      ...entrance.exchanges,
      // From the API to the workers; the routing key is the task type.
      { name: EXCHANGE.work, type: 'direct' },
      // A fanout, as all that have one queue: nothing can miss it.
      { name: EXCHANGE.vouched, type: 'fanout' },
      // Where the broker puts what waited too long.
      { name: EXCHANGE.deadLetters, type: 'fanout' },
      // One per retry delay; a fanout keeps the routing key (the task type) for the way back.
      ...retryLevels.map(({ name }) => ({ name, type: 'fanout' as const })),
      // What nobody will try again.
      { name: EXCHANGE.parking, type: 'fanout' },
      // `state.<type>`, `progress.<type>`, `changed.<type>`.
      { name: EXCHANGE.events, type: 'topic' },
      // Cancellations, to every worker.
      { name: EXCHANGE.control, type: 'fanout' },
    ],
    queues: [
      // Tasks that wait for a worker. Each message carries its own waiting limit (`expiration`), and may have none.
      ...taskTypes.map((taskType) => ({
        name: workQueueName(taskType),
        arguments: {
          ...CLASSIC,
          'x-max-priority': MAX_PRIORITY,
          'x-dead-letter-exchange': EXCHANGE.deadLetters,
        },
      })),
      // Nobody consumes these: the broker holds a message for the delay, then hands it to the workers again.
      ...retryLevels.map(({ delayMs, name }) => ({
        name,
        arguments: keptForAWhile(queueType, delayMs, EXCHANGE.work),
      })),
      // Waited too long; the API decides whether that is an expiry or a crash.
      { name: QUEUE.expired, arguments: kept(queueType) },
      // For operators: each message carries why it is here (`x-parked-*`).
      { name: QUEUE.parking, arguments: kept(queueType) },
      ...entrance.queues,
      // What our own programs bring from elsewhere: the bridge from Redis, an operator from the parking queue.
      { name: QUEUE.vouched, arguments: kept(queueType) },
      { name: QUEUE.bridgeAnswers, arguments: kept(queueType) },
      // State events, until an API instance has stored them.
      { name: QUEUE.results, arguments: kept(queueType) },
    ],
    bindings: [
      ...taskTypes.map((taskType) => ({
        queue: workQueueName(taskType),
        exchange: EXCHANGE.work,
        routingKey: taskType,
      })),
      ...entrance.bindings,
      { queue: QUEUE.vouched, exchange: EXCHANGE.vouched, routingKey: '' },
      ...retryLevels.map(({ name }) => ({ queue: name, exchange: name, routingKey: '' })),
      { queue: QUEUE.expired, exchange: EXCHANGE.deadLetters, routingKey: '' },
      { queue: QUEUE.parking, exchange: EXCHANGE.parking, routingKey: '' },
      { queue: QUEUE.results, exchange: EXCHANGE.events, routingKey: 'state.#' },
    ],
    // Without a check nothing of other systems gets to the workers, also where it once did.
    retired: taskTypes.map((taskType) => ({
      queue: workQueueName(taskType),
      exchange: EXCHANGE.tasks,
      routingKey: taskType,
    })),
  });
}

/**
 * The topology of a virtual host for programs of other systems alone: its entrance, and the events that they may hear.
 * What they can do there to each other, they cannot do to us. Throws as `buildTopology` does.
 */
export function buildIntakeTopology(
  taskTypes: readonly string[],
  { declares = true }: { declares?: boolean } = {},
): Topology {
  return checked({
    taskTypes: [...taskTypes],
    retryDelaysMs: [],
    declares,
    queueType: 'classic',
    ...entranceRows(taskTypes),
    retired: [],
  });
}

/**
 * What a program needs that only vouches for tasks from elsewhere (`VouchedTaskPublisher`) and hears what becomes of them
 * (`BridgeAnswerSubscriber`). It knows no task types, so it never grows.
 */
export function buildBridgeTopology({
  declares = true,
  queueType = 'classic',
}: { declares?: boolean; queueType?: QueueType } = {}): Topology {
  const names: readonly string[] = [QUEUE.vouched, QUEUE.bridgeAnswers, QUEUE.parking];
  // Of all types the same.
  const { exchanges, queues, bindings } = buildTopology(['any'], { queueType });
  return {
    taskTypes: [],
    retryDelaysMs: [],
    declares,
    queueType,
    exchanges: exchanges.filter(({ name }) => names.includes(name)),
    queues: queues.filter(({ name }) => names.includes(name)),
    bindings: bindings.filter(({ queue }) => names.includes(queue)),
    retired: [],
  };
}

/** What other systems publish to and hear from. */
function entranceRows(taskTypes: readonly string[]): Pick<Topology, 'exchanges' | 'queues' | 'bindings'> {
  return {
    exchanges: [
      // The routing key is the task type.
      { name: EXCHANGE.tasks, type: 'direct' },
      // Alternate exchange of the entrance (set by policy, so that a plain declare by others still fits).
      { name: EXCHANGE.unrouted, type: 'fanout' },
      // `<publisher>.<task type>.<event>`.
      { name: EXCHANGE.taskEvents, type: 'topic' },
    ],
    queues: [
      // No arguments at all: other systems declare it plainly, and any argument is a 406 to them.
      { name: QUEUE.ingress, arguments: {} },
    ],
    bindings: [
      ...taskTypes.map((taskType) => ({
        queue: QUEUE.ingress,
        exchange: EXCHANGE.tasks,
        routingKey: taskType,
      })),
      { queue: QUEUE.ingress, exchange: EXCHANGE.unrouted, routingKey: '' },
    ],
  };
}

/** @throws Error with every problem of it. */
function checked(topology: Topology): Topology {
  const { taskTypes } = topology;
  const wrongTypes = taskTypes.filter((taskType) => !taskTypeKeySchema.safeParse(taskType).success);
  const problems = [
    ...(taskTypes.length === 0 ? ['there is no task type'] : []),
    ...wrongTypes.map((taskType) => `'${taskType}' is no valid task type key`),
    ...validateTopology(topology),
  ];
  if (problems.length > 0) throw new Error(`The queue topology is wrong: ${problems.join('; ')}.`);
  return topology;
}

/**
 * Adds to a topology what more task types need, in place: everybody who holds it declares that from now on. It takes
 * nothing away, since a queue may still have messages. What is open already has to be told: `ConfirmPublisher.declare`,
 * `TaskServer.takeNewTypes`. Where it is not declared here, wait before for `ConfirmPublisher.whenThere`: a consumer of a
 * queue that is not there loses its channel. Throws as `buildTopology` does, and changes nothing then.
 *
 * @returns false where it had all of them before.
 */
export function growTopology(topology: Topology, taskTypes: readonly string[]): boolean {
  const { taskTypes: had, retryDelaysMs, declares, queueType } = topology;
  const grown = [...new Set([...had, ...taskTypes])];
  if (grown.length === had.length) return false;
  const isIntake = topology.queues.every(({ name }) => name === QUEUE.ingress);
  Object.assign(
    topology,
    isIntake
      ? buildIntakeTopology(grown, { declares })
      : buildTopology(grown, { retryDelaysMs, declares, queueType }),
  );
  return true;
}

/** The shortest retry level that waits at least `delayMs`, or the longest one there is. */
export function retryLevelFor(topology: Topology, delayMs: number): number {
  const level = topology.retryDelaysMs.find((levelMs) => levelMs >= delayMs) ?? topology.retryDelaysMs.at(-1);
  if (level === undefined) throw new Error('The queue topology has no retry level.');
  return level;
}
