import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { AccessChanges } from './access-changes.js';
import { LinksStore } from './links.store.js';

/** A request asks by itself; this is how long a socket may go on after its link's time is over. */
const EVERY_MS = 2000;

/** Tells what stays open that the time of a link is over. */
@Injectable()
export class LinkExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private upTo = Date.now();

  constructor(
    private readonly links: LinksStore,
    private readonly changes: AccessChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => void this.look(), EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    const now = Date.now();
    try {
      for (const albumId of await this.links.expiredBetween(this.upTo, now))
        this.changes.linkExpired(albumId);
      this.upTo = now;
    } catch (error) {
      // What has expired meanwhile is found by the next look.
      this.logger.warn({ err: error }, 'links that have expired could not be looked for');
    }
    if (this.timer !== undefined) this.onApplicationBootstrap();
  }
}
