import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { BridgeEnv } from '../env.js';
import { BRIDGE_ENV, LOGGER } from '../tokens.js';
import { RedisLink } from './redis-link.js';

/** The bridge's two connections to Redis: a command would wait behind a read that waits for the next entry. */
@Injectable()
export class RedisLinks implements OnApplicationShutdown {
  readonly read: RedisLink;
  readonly commands: RedisLink;

  constructor(@Inject(BRIDGE_ENV) env: BridgeEnv, @Inject(LOGGER) logger: Logger) {
    this.read = new RedisLink({ url: env.redisUrl, name: `${env.name}-read`, logger });
    this.commands = new RedisLink({ url: env.redisUrl, name: env.name, logger });
  }

  get problem(): string | null {
    return this.commands.problem ?? this.read.problem;
  }

  onApplicationShutdown(): void {
    this.read.close();
    this.commands.close();
  }
}
