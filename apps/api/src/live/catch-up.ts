import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import type { LiveTopic } from './live-topic.js';
import { LiveTopics } from './live-topics.js';
import { MissedSteps } from './missed-steps.js';
import { placesFrame } from './places-frame.js';
import { Snapshots } from './snapshots.js';
import type { Subscription } from './subscription.js';

/** A client that comes back may have missed so many steps; with more a snapshot is shorter. */
const MOST_MISSED = 1000;
/** One that reads slowly may be behind by more: a snapshot is long, and it would fall behind again meanwhile. */
const MOST_BEHIND = 5000;
const COMPLAIN_EVERY_MS = 5000;

/**
 * Brings a subscription to where its topic stands, as fast as its client reads, and makes it live. Nothing lies between:
 * it is live from the very moment at which it has been told the topic's last step.
 */
@Injectable()
export class CatchUp {
  private quietUntil = 0;

  constructor(
    private readonly topics: LiveTopics,
    private readonly snapshots: Snapshots,
    private readonly missed: MissedSteps,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** From a snapshot again. */
  startOver(subscription: Subscription): void {
    subscription.begin(undefined);
    this.run(subscription);
  }

  /** Does what there is to do; whoever is at it already sees it otherwise. */
  run(subscription: Subscription): void {
    if (subscription.busy) return;
    subscription.busy = true;
    this.advanceAll(subscription)
      .catch((error: unknown) => {
        this.complain(error);
        subscription.fallBehind();
      })
      .finally(() => (subscription.busy = false));
  }

  private async advanceAll(subscription: Subscription): Promise<void> {
    const { subscriber } = subscription;
    while (!subscription.live && !subscriber.ended) {
      const topic = this.topics.of(subscription);
      if (topic === undefined) return;
      // What falls behind is taken up again when its client has read, or a second later.
      if (subscriber.isFull || !(await this.advance(subscription, topic))) return subscription.fallBehind();
    }
  }

  /** False where there is nothing of the topic any more, of which we shall hear. */
  private async advance(subscription: Subscription, topic: LiveTopic): Promise<boolean> {
    if (subscription.resuming) this.resume(subscription, topic);
    if (subscription.seq === undefined) return this.snapshots.sendPart(subscription, topic);
    if (topic.head - subscription.seq > MOST_BEHIND) subscription.begin(undefined);
    else if (subscription.seq < topic.head) await this.missed.sendSome(subscription, topic);
    else if (subscription.missed) this.beginPlaces(subscription, topic);
    else if (subscription.places !== undefined) this.sendPlaces(subscription, topic);
    else subscription.live = true;
    return true;
  }

  private resume(subscription: Subscription, topic: LiveTopic): void {
    const { seq: after = -1 } = subscription;
    const possible = Number.isSafeInteger(after) && after >= 0 && after <= topic.head;
    if (!possible || topic.head - after > MOST_MISSED) return subscription.begin(undefined);
    subscription.resuming = false;
    const { topic: name } = topic.name;
    subscription.subscriber.tell({ event: 'resumed', data: { topic: name, seq: topic.head } });
  }

  private beginPlaces(subscription: Subscription, topic: LiveTopic): void {
    subscription.missed = false;
    subscription.places = topic.places();
    for (const message of this.snapshots.progressOf(topic)) subscription.subscriber.tell(message);
  }

  private sendPlaces(subscription: Subscription, topic: LiveTopic): void {
    const frame = placesFrame(topic.name, subscription.places!);
    if (frame === undefined) subscription.places = undefined;
    else subscription.subscriber.send(frame);
  }

  /** While the database is away thousands of clients meet the same error each second. */
  private complain(error: unknown): void {
    const now = performance.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + COMPLAIN_EVERY_MS;
    this.logger.error({ err: error }, 'clients could not be told what they missed');
  }
}
