import { BrokerConnection } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { LOGGER, WORKER_ENV } from '../tokens.js';

/**
 * The connection on which the worker publishes; its task server has one of its own for taking tasks, because a broker
 * short of memory blocks what publishes. Closed last: a draining task still tells its outcome.
 */
@Injectable()
export class BrokerConnections implements OnApplicationShutdown {
  readonly publish: BrokerConnection;

  constructor(@Inject(WORKER_ENV) env: WorkerEnv, @Inject(LOGGER) logger: Logger) {
    this.publish = new BrokerConnection({ url: env.amqpUrl, name: `${env.name}-publish`, logger });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publish.close();
  }
}
