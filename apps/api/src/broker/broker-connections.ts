import { BrokerConnection } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';

/**
 * The two connections to RabbitMQ: a broker short of memory blocks connections that publish, and consuming must
 * go on then. Neither has to be up for the API to start.
 */
@Injectable()
export class BrokerConnections implements OnApplicationShutdown {
  readonly publish: BrokerConnection;
  readonly consume: BrokerConnection;

  constructor(@Inject(API_ENV) env: ApiEnv, @Inject(LOGGER) logger: Logger) {
    this.publish = new BrokerConnection({ url: env.amqpUrl, name: 'photo-repair api publish', logger });
    this.consume = new BrokerConnection({ url: env.amqpUrl, name: 'photo-repair api consume', logger });
  }

  /** `ok`, or in one sentence what is wrong. */
  describe(): string {
    const problem = this.publish.problem ?? this.consume.problem;
    const connected = this.publish.state === 'connected' && this.consume.state === 'connected';
    return connected ? 'ok' : `RabbitMQ at ${this.publish.address}: ${problem ?? 'not connected yet'}.`;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.publish.close(), this.consume.close()]);
  }
}
