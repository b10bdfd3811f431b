import { ConfirmPublisher, ParkingLot, type Topology } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BrokerConnections } from '../broker/broker-connections.js';
import { TOPOLOGY } from '../broker/topology.token.js';
import { readGauge } from './read-gauge.js';

/** A look at a message takes it away from everybody else for a moment, so it is not taken at every scrape. */
const LOOK_EVERY_MS = 60_000;

/** What nobody tries again by itself: RabbitMQ has it, and knows no other way to tell its age than to fetch it. */
@Injectable()
export class ParkingMetrics {
  private looked = { count: 0, atMs: Number.NEGATIVE_INFINITY, since: Number.NaN };

  constructor(
    { consume: connection }: BrokerConnections,
    publisher: ConfirmPublisher,
    @Inject(TOPOLOGY) topology: Topology,
  ) {
    // RabbitMQ does not listen to a connection that publishes while it is short of memory or disk.
    const parking = new ParkingLot({ connection, publisher, topology, name: 'api metrics' });
    readGauge({
      name: 'photo_repair_parked_messages',
      help: 'Messages in photo_repair.parking: photos that failed for good, and messages that were refused.',
      read: async () => [[{}, await parking.count()]],
    });
    readGauge({
      name: 'photo_repair_parked_oldest_timestamp_seconds',
      help: 'When the first of them was parked, looked at once a minute; absent where there is none.',
      read: async () => {
        const since = await this.oldest(parking);
        return Number.isNaN(since) ? [] : [[{}, since / 1000]];
      },
    });
  }

  /** Epoch milliseconds; NaN where nothing is parked, or nobody wrote down when. */
  private async oldest(parking: ParkingLot): Promise<number> {
    const count = await parking.count();
    const { looked } = this;
    if (count === 0) this.looked = { count, atMs: Number.NEGATIVE_INFINITY, since: Number.NaN };
    else if (looked.count === 0 || performance.now() - looked.atMs > LOOK_EVERY_MS) {
      const [first] = await parking.list(1);
      this.looked = { count, atMs: performance.now(), since: Date.parse(first?.parkedAt ?? '') };
    }
    return this.looked.since;
  }
}
