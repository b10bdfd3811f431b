import type { ForeignDelivery } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { OwnersStore } from '../access/owners.store.js';
import type { OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { isUnusualText } from '../json/unusual-values.js';
import { Refused } from './refusal.js';

/** As long as RabbitMQ lets a user's name be. */
const LONGEST_USER = 255;
/** As exact as the last time that a key was seen is kept. */
const SEEN_EVERY_MS = 60 * 60 * 1000;

/** Who sends a message, as far as the owner of its tasks is to be found. */
export type Sender = Pick<ForeignDelivery, 'entrance' | 'user'>;

/** Finds out whose the task of a message is. */
@Injectable()
export class Publishers {
  constructor(
    private readonly owners: OwnersStore,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /**
   * The owner whose tasks the sender's are; one that was never heard of gets one at once, with a key that nobody has.
   * @param claims whose the message itself says that it is. A program of ours has judged that already.
   * @throws Refused `unauthenticated` or `forbidden`.
   */
  async ownerOf(sender: Sender, claims: readonly string[]): Promise<OwnerRow> {
    const user = this.userOf(sender);
    if (sender.entrance !== 'vouched' && claims.some((claim) => claim !== user)) {
      throw new Refused(
        'forbidden',
        'The message says that it is of somebody else than who has published it.',
      );
    }
    const owner = await this.owners.ofPublisher(user);
    const now = Date.now();
    if (owner.revoked_at !== null || (owner.expires_at !== null && owner.expires_at <= now)) {
      throw new Refused('forbidden', 'The key of this publisher was revoked or has expired.');
    }
    if (now - owner.seen_at >= SEEN_EVERY_MS) await this.owners.touch(owner.id, now);
    return owner;
  }

  /** The name by which the publisher is known; empty for whoever names nobody. @throws Refused. */
  private userOf({ entrance, user }: Sender): string {
    if (user !== null && (user.length > LONGEST_USER || isUnusualText(user))) {
      throw new Refused('unauthenticated', 'The name of the publisher cannot be one.');
    }
    if (entrance === 'vouched') {
      if (user !== null) return user;
      throw new Refused('unauthenticated', 'A message that is vouched for has to say whose it is.');
    }
    if (user !== null && user !== '') return user;
    const { amqpAnonymous } = this.env;
    if (amqpAnonymous === 'any' || (amqpAnonymous === 'queue' && entrance === 'queue')) return '';
    throw new Refused('unauthenticated', 'Set the property user_id to the RabbitMQ user that publishes.');
  }
}
