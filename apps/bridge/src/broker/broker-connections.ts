import { BrokerConnection } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { BridgeEnv } from '../env.js';
import { BRIDGE_ENV, LOGGER } from '../tokens.js';

/** Two, because a broker short of memory blocks what publishes, and answers have to be acknowledged all the same. */
@Injectable()
export class BrokerConnections implements OnApplicationShutdown {
  readonly publish: BrokerConnection;
  readonly consume: BrokerConnection;

  constructor(@Inject(BRIDGE_ENV) { amqpUrl: url, name }: BridgeEnv, @Inject(LOGGER) logger: Logger) {
    this.publish = new BrokerConnection({ url, name: `${name}-publish`, logger });
    this.consume = new BrokerConnection({ url, name: `${name}-consume`, logger });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.publish.close(), this.consume.close()]);
  }
}
