import { LIVE_MAX_SUBSCRIPTIONS, type LiveErrorCode } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { LOGGER } from '../logger.token.js';
import { CatchUp } from './catch-up.js';
import { LiveAccess } from './live-access.js';
import type { LiveClient } from './live-client.js';
import type { LiveSink } from './live-sink.js';
import { LiveTopics } from './live-topics.js';
import { Subscriber } from './subscriber.js';
import { Subscription } from './subscription.js';
import { parseTopic } from './topic-name.js';

const WORDS: Record<Extract<LiveErrorCode, 'not_found' | 'too_many'>, string> = {
  not_found: 'There is no such task or album.',
  too_many: `A connection may watch ${LIVE_MAX_SUBSCRIPTIONS} tasks and albums.`,
};

/** Takes clients in, and what they want to hear of. */
@Injectable()
export class LiveDesk {
  private readonly present = new Set<Subscriber>();

  constructor(
    private readonly topics: LiveTopics,
    private readonly catchUp: CatchUp,
    private readonly access: LiveAccess,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Everybody who is connected to this instance. */
  get subscribers(): ReadonlySet<Subscriber> {
    return this.present;
  }

  enter(caller: Caller, sink: LiveSink): Subscriber {
    const subscriber = new Subscriber(caller, sink, (subscription) => this.catchUp.run(subscription));
    this.present.add(subscriber);
    return subscriber;
  }

  /** The connection is closed. */
  leave(subscriber: Subscriber): void {
    subscriber.ended = true;
    this.present.delete(subscriber);
    for (const subscription of subscriber.subscriptions.values()) this.topics.leave(subscription);
    subscriber.subscriptions.clear();
  }

  /** `after` may be anything: what is no number of the topic means a snapshot. */
  subscribe(subscriber: Subscriber, topic: string, after?: number): void {
    const name = parseTopic(topic);
    if (name === undefined) return this.refuse(subscriber, topic, 'not_found');
    const known = subscriber.subscriptions.get(name.topic);
    if (known !== undefined) {
      known.begin(after);
      return this.catchUp.run(known);
    }
    if (subscriber.subscriptions.size >= LIVE_MAX_SUBSCRIPTIONS)
      return this.refuse(subscriber, topic, 'too_many');
    const subscription = new Subscription(subscriber, name);
    subscription.begin(after);
    subscriber.subscriptions.set(name.topic, subscription);
    this.admit(subscription).catch((error: unknown) => {
      this.logger.error({ err: error, topic: name.topic }, 'a subscription failed');
      subscriber.end('failed');
    });
  }

  unsubscribe(subscriber: Subscriber, topic: string): void {
    const name = parseTopic(topic);
    const subscription = name && subscriber.subscriptions.get(name.topic);
    if (subscription) this.forget(subscription);
    if (name) subscriber.tell({ event: 'unsubscribed', data: { topic: name.topic } });
    else this.refuse(subscriber, topic, 'not_found');
  }

  /** Ends a subscription of somebody who may not hear of it (any more). */
  end(subscription: Subscription): void {
    this.forget(subscription);
    this.refuse(subscription.subscriber, subscription.name.topic, 'not_found');
  }

  private async admit(subscription: Subscription): Promise<void> {
    const { subscriber, name } = subscription;
    const asked = this.access.version;
    let may = await this.access.mayView(subscriber.caller, name);
    // It may have been given up meanwhile.
    if (may && !subscription.ended) may = await this.topics.join(subscription);
    // Access may have ended before anybody knew that this topic was watched.
    if (may && this.access.version !== asked) may = await this.access.mayView(subscriber.caller, name);
    if (subscription.ended || subscriber.ended) return;
    if (may) this.catchUp.run(subscription);
    else this.end(subscription);
  }

  private forget(subscription: Subscription): void {
    subscription.subscriber.forget(subscription.name.topic);
    this.topics.leave(subscription);
  }

  private refuse(subscriber: LiveClient, topic: string, code: keyof typeof WORDS): void {
    subscriber.tell({ event: 'error', data: { code, message: WORDS[code], topic: topic.slice(0, 100) } });
  }
}
