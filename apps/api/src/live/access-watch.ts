import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessChanges } from '../access/access-changes.js';
import { LOGGER } from '../logger.token.js';
import { LiveAccess } from './live-access.js';
import { LiveDesk } from './live-desk.js';
import { LiveTopics } from './live-topics.js';
import type { LiveClient } from './live-client.js';
import type { Subscriber } from './subscriber.js';
import type { Subscription } from './subscription.js';

/** Ends what somebody may not hear any more: at once when it is told, and within one look when it is not. */
@Injectable()
export class AccessWatch implements OnModuleInit {
  constructor(
    private readonly changes: AccessChanges,
    private readonly topics: LiveTopics,
    private readonly desk: LiveDesk,
    private readonly access: LiveAccess,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.changes.onOwner((ownerId) => this.inBackground(() => this.ownerChanged(ownerId)));
  }

  /** Links of an album, or who has opened them, have changed. */
  albumChanged(albumId: string): void {
    this.access.version += 1;
    this.inBackground(async () => {
      for (const topic of this.topics.all().filter((open) => open.albumId === albumId)) {
        for (const subscription of topic.subscriptions) await this.look(subscription);
      }
    });
  }

  /** Looks at everything of a client that is not its own. Call it now and then. */
  async lookAt(subscriber: Subscriber): Promise<void> {
    const { owner } = subscriber.caller;
    // A cookie is never revoked, and what is one's own stays so.
    const isOwn = (subscription: Subscription) =>
      owner?.kind === 'visitor' && this.topics.of(subscription)?.ownerId === owner.id;
    const others = [...subscriber.subscriptions.values()].filter((subscription) => !isOwn(subscription));
    if (others.length === 0 && owner?.kind === 'visitor') return;
    if (!(await this.renew(subscriber))) return;
    for (const subscription of others)
      if (this.topics.of(subscription)?.ownerId !== owner?.id) await this.check(subscription);
  }

  private async ownerChanged(ownerId: string): Promise<void> {
    this.access.version += 1;
    for (const subscriber of this.desk.subscribers) {
      if (subscriber.caller.owner?.id === ownerId) await this.renew(subscriber);
    }
  }

  private async look(subscription: Subscription): Promise<void> {
    if (await this.renew(subscription.subscriber)) await this.check(subscription);
  }

  private async check(subscription: Subscription): Promise<void> {
    if (await this.access.mayView(subscription.subscriber.caller, subscription.name)) return;
    // That something is no more is told in another way.
    if ((await this.access.exists(subscription.name)) && !subscription.ended) this.desk.end(subscription);
  }

  /** False when the client's key or link is nothing any more: then it is sent away. */
  private async renew(subscriber: LiveClient): Promise<boolean> {
    const caller = await this.access.renew(subscriber.caller);
    if (caller === undefined) subscriber.end('unauthorized');
    else subscriber.caller = caller;
    return caller !== undefined;
  }

  private inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.logger.error({ err: error }, 'access could not be looked at'));
  }
}
