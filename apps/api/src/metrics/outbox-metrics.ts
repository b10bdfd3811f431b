import { Injectable } from '@nestjs/common';
import { OutboxStore } from './outbox.store.js';
import { readGauge } from './read-gauge.js';

/**
 * What is on its way to RabbitMQ. While there is no connection nothing is handed over: photos stand in their line then
 * (`photo_repair_tasks_held`).
 */
@Injectable()
export class OutboxMetrics {
  constructor(outbox: OutboxStore) {
    readGauge({
      name: 'photo_repair_outbox_pending',
      help: 'Waiting tasks whose message RabbitMQ has not confirmed yet.',
      read: async () => [[{}, (await outbox.pending()).count]],
    });
    readGauge({
      name: 'photo_repair_outbox_oldest_timestamp_seconds',
      help: 'When the first of them was handed over; absent where all are confirmed.',
      read: async () => {
        const { since } = await outbox.pending();
        return since === null ? [] : [[{}, since / 1000]];
      },
    });
  }
}
