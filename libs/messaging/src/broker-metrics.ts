import { Counter, Gauge, Histogram, register } from 'prom-client';
import type { BrokerConnection, BrokerState } from './broker-connection.js';
import type { ConnectProblemCode } from './connect-problem.js';
import { PublishError, type PublishErrorCode } from './publish-error.js';

/** What the broker itself says no with, and not a network in between. */
const REFUSALS: readonly ConnectProblemCode[] = ['auth', 'vhost', 'certificate', 'not_amqp'];
const STATES: readonly BrokerState[] = ['connecting', 'connected', 'blocked', 'closed'];
const FAILURES: readonly PublishErrorCode[] = [
  'BROKER_UNAVAILABLE',
  'PUBLISH_WINDOW_FULL',
  'NACKED',
  'UNROUTABLE',
  'CONFIRM_TIMEOUT',
];
/** A confirm takes a disk's fsync; above 5 s it is given up. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

const NAMES = {
  published: 'photo_repair_publishes_total',
  seconds: 'photo_repair_publish_confirm_seconds',
  state: 'photo_repair_broker_connection_state',
  refused: 'photo_repair_broker_connection_refused',
} as const;

/**
 * What `/metrics` of any of our programs shows of RabbitMQ: the state of each connection, and what became of messages that
 * had to be confirmed. One per process; a second one takes the place of the first.
 */
export class BrokerMetrics {
  private readonly published: Counter<'outcome'>;
  private readonly seconds: Histogram;

  constructor(connections: readonly BrokerConnection[]) {
    for (const name of Object.values(NAMES)) register.removeSingleMetric(name);
    this.published = new Counter({
      name: NAMES.published,
      help: 'Messages that had to be confirmed by RabbitMQ, by what became of them.',
      labelNames: ['outcome'],
      registers: [register],
    });
    this.seconds = new Histogram({
      name: NAMES.seconds,
      help: "From publishing a message to RabbitMQ's confirm.",
      buckets: BUCKETS,
      registers: [register],
    });
    for (const outcome of ['confirmed', ...FAILURES.map(toLabel)]) this.published.inc({ outcome }, 0);
    const state: Gauge = new Gauge({
      name: NAMES.state,
      help: '1 for the state that a connection to RabbitMQ is in; blocked: it takes no messages for want of memory or disk.',
      labelNames: ['connection', 'state'],
      registers: [register],
      collect() {
        for (const { name: connection, state: now } of connections) {
          for (const each of STATES) state.set({ connection, state: each }, now === each ? 1 : 0);
        }
      },
    });
    const refused: Gauge = new Gauge({
      name: NAMES.refused,
      help: '1 for the reason why RabbitMQ answers and does not let this connection in.',
      labelNames: ['connection', 'reason'],
      registers: [register],
      collect() {
        for (const { name: connection, problemCode } of connections) {
          for (const reason of REFUSALS) refused.set({ connection, reason }, problemCode === reason ? 1 : 0);
        }
      },
    });
  }

  /** Does it and counts what became of it. */
  async watch<T>(publishing: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      const result = await publishing();
      this.published.inc({ outcome: 'confirmed' });
      this.seconds.observe((performance.now() - startedMs) / 1000);
      return result;
    } catch (error) {
      if (error instanceof PublishError) this.published.inc({ outcome: toLabel(error.code) });
      throw error;
    }
  }
}

function toLabel(code: PublishErrorCode): string {
  return code.toLowerCase();
}
