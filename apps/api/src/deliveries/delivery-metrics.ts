import { Injectable } from '@nestjs/common';
import { Counter, Histogram, register } from 'prom-client';
import type { DeliveryRow } from '../database/schema.js';
import { readGauge } from '../metrics/read-gauge.js';
import { DeliveryLogStore } from './delivery-log.store.js';

type Channel = DeliveryRow['channel'];

const CHANNELS: readonly Channel[] = ['webhook', 'amqp'];
/** `retry`: an attempt failed and another one follows. */
const RESULTS = ['delivered', 'retry', 'failed'] as const;
/** Seconds; up to the time limit of an attempt and a little beyond. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

/** What became of deliveries, as this API instance tried them. */
@Injectable()
export class DeliveryMetrics {
  private readonly total = new Counter({
    name: 'photo_repair_deliveries_total',
    help: 'Attempts to tell other systems of an outcome, by what came of them.',
    labelNames: ['channel', 'result'],
    registers: [register],
  });
  private readonly seconds = new Histogram({
    name: 'photo_repair_delivery_attempt_seconds',
    help: 'How long an attempt took, from the look at the owner to the end of the answer.',
    labelNames: ['channel'],
    buckets: BUCKETS,
    registers: [register],
  });

  constructor(log: DeliveryLogStore) {
    for (const channel of CHANNELS) for (const result of RESULTS) this.total.inc({ channel, result }, 0);
    showPending(log);
  }

  ended(channel: Channel, result: (typeof RESULTS)[number], durationMs: number): void {
    this.total.inc({ channel, result });
    this.seconds.observe({ channel }, durationMs / 1000);
  }
}

/** Read from the database when Prometheus scrapes. */
function showPending(log: DeliveryLogStore): void {
  gauge('photo_repair_deliveries_pending', 'Outcomes that other systems have not been told yet.', {
    log,
    value: ({ count }) => count,
  });
  gauge(
    'photo_repair_deliveries_oldest_pending_timestamp_seconds',
    'Since when the outcome waits that has waited longest to be told; absent where none waits.',
    { log, value: ({ since }) => (since === null ? undefined : since / 1000) },
  );
}

function gauge(
  name: string,
  help: string,
  {
    log,
    value,
  }: {
    log: DeliveryLogStore;
    value: (pending: { count: number; since: number | null }) => number | undefined;
  },
): void {
  const read = async () => {
    const figures = await Promise.all(CHANNELS.map(async (channel) => value(await log.pending(channel))));
    return CHANNELS.flatMap((channel, at) => {
      const figure = figures[at];
      return figure === undefined ? [] : [[{ channel }, figure] as const];
    });
  };
  readGauge({ name, help, labelNames: ['channel'], read });
}
