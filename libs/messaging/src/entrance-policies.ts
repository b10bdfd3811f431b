import { EXCHANGE, QUEUE } from './names.js';

/** A policy as RabbitMQ's `set_policy` takes it. */
export interface EntrancePolicy {
  name: string;
  /** A regular expression for the names that it is for. */
  pattern: string;
  applyTo: 'exchanges' | 'queues';
  definition: Readonly<Record<string, string | number>>;
}

/** Above this many messages that nobody has taken in, a publisher gets a nack: about 100 MB of the usual size. */
const MAX_WAITING_OUTSIDE = 100_000;

/**
 * What keeps the entrance of other systems in order, in each virtual host that has one. Set by whoever sets up the
 * broker (definitions, or an administrator), since no program may. Policies and not arguments, so that a program which
 * declares exchange or queue plainly is not refused. Without them tasks work all the same: a message with an unknown
 * key is dropped by the broker, and nothing limits how many wait.
 */
export const ENTRANCE_POLICIES: readonly EntrancePolicy[] = [
  {
    name: 'photo_repair.unrouted',
    pattern: `^${EXCHANGE.tasks}$`,
    applyTo: 'exchanges',
    definition: { 'alternate-exchange': EXCHANGE.unrouted },
  },
  {
    name: 'photo_repair.entrance',
    pattern: `^${QUEUE.ingress}$`,
    applyTo: 'queues',
    definition: { 'max-length': MAX_WAITING_OUTSIDE, overflow: 'reject-publish' },
  },
  // Queues of other systems that nobody empties must not fill the disk: the oldest answers and events go.
  {
    name: 'photo_repair.own_queues',
    pattern: '^(reply|events)\\.',
    applyTo: 'queues',
    definition: { 'max-length': MAX_WAITING_OUTSIDE },
  },
];
