import { BrokerConnection } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';

/** Two to one virtual host: a broker short of memory blocks connections that publish, and consuming must go on then. */
interface ConnectionPair {
  publish: BrokerConnection;
  consume: BrokerConnection;
}

/** The connections to RabbitMQ. None of them has to be up for the API to start. */
@Injectable()
export class BrokerConnections implements OnApplicationShutdown {
  readonly publish: BrokerConnection;
  readonly consume: BrokerConnection;
  /** To the virtual host of other systems, where they have one of their own. */
  readonly intake?: ConnectionPair;

  constructor(@Inject(API_ENV) env: ApiEnv, @Inject(LOGGER) logger: Logger) {
    this.publish = new BrokerConnection({ url: env.amqpUrl, name: 'photo-repair api publish', logger });
    this.consume = new BrokerConnection({ url: env.amqpUrl, name: 'photo-repair api consume', logger });
    const url = env.amqpIntakeUrl;
    if (url === undefined) return;
    this.intake = {
      publish: new BrokerConnection({ url, name: 'photo-repair api intake publish', logger }),
      consume: new BrokerConnection({ url, name: 'photo-repair api intake consume', logger }),
    };
  }

  /** `ok`, or in one sentence what is wrong. */
  describe(): string {
    const problem = this.publish.problem ?? this.consume.problem;
    const connected = this.publish.state === 'connected' && this.consume.state === 'connected';
    return connected ? 'ok' : `RabbitMQ at ${this.publish.address}: ${problem ?? 'not connected yet'}.`;
  }

  get all(): BrokerConnection[] {
    const pairs = [this, ...(this.intake ? [this.intake] : [])];
    return pairs.flatMap(({ publish, consume }) => [publish, consume]);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((connection) => connection.close()));
  }
}
