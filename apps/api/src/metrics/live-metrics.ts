import { Injectable } from '@nestjs/common';
import { Counter, Gauge, register } from 'prom-client';

/** How a client watches. */
export type LiveTransport = 'websocket' | 'sse';

/** Counts who watches, what is pushed and who could not keep up, at this API instance. */
@Injectable()
export class LiveMetrics {
  private readonly subscribers = new Gauge({
    name: 'photo_repair_live_subscribers',
    help: 'Clients that watch tasks or albums at this instance.',
    labelNames: ['transport'],
    registers: [register],
  });
  private readonly messages = new Counter({
    name: 'photo_repair_live_messages_total',
    help: 'Live messages sent to clients.',
    labelNames: ['event'],
    registers: [register],
  });
  private readonly slow = new Counter({
    name: 'photo_repair_live_slow_closed_total',
    help: 'Clients that were closed because they did not read what was sent.',
    labelNames: ['transport'],
    registers: [register],
  });

  constructor() {
    for (const transport of ['websocket', 'sse'] as const) {
      this.subscribers.set({ transport }, 0);
      this.slow.inc({ transport }, 0);
    }
  }

  opened(transport: LiveTransport): void {
    this.subscribers.inc({ transport });
  }

  closed(transport: LiveTransport): void {
    this.subscribers.dec({ transport });
  }

  /** `event` is that of a `LiveMessage`. */
  sent(event: string, count = 1): void {
    this.messages.inc({ event }, count);
  }

  slowClosed(transport: LiveTransport): void {
    this.slow.inc({ transport });
  }
}
