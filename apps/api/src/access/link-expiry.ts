import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { AccessChanges } from './access-changes.js';
import { LinksStore } from './links.store.js';

/** A request asks by itself; this is how long a socket may go on after its link's time is over. */
const EVERY_MS = 2000;

/** Tells what stays open that the time of a link is over. */
@Injectable()
export class LinkExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;
  private upTo = Date.now();

  constructor(
    private readonly links: LinksStore,
    private readonly changes: AccessChanges,
    @Inject(LOGGER) logger: Logger,
  ) {
    const options = { name: 'expiry of links', everyMs: EVERY_MS, firstAfterMs: EVERY_MS, logger };
    this.work = new RepeatedWork(() => this.look(), options);
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Where it fails, what has expired meanwhile is found by the next look. */
  private async look(): Promise<void> {
    const now = Date.now();
    for (const albumId of await this.links.expiredBetween(this.upTo, now)) this.changes.linkExpired(albumId);
    this.upTo = now;
  }
}
