import { isOneWord } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { OwnersStore } from '../access/owners.store.js';

/** An operator may give a key another RabbitMQ user; its public events follow within this time. */
const KNOWN_FOR_MS = 10_000;

/** What an owner is called in the keys of public events. */
@Injectable()
export class PublisherNames {
  private readonly known = new LRUCache<string, string>({ max: 10_000, ttl: KNOWN_FOR_MS });

  constructor(private readonly owners: OwnersStore) {}

  /** The owner's RabbitMQ user, or its id where it has none or the name of it is no word. */
  async of(ownerId: string): Promise<string> {
    const known = this.known.get(ownerId);
    if (known !== undefined) return known;
    const user = (await this.owners.findEver(ownerId))?.amqp_user;
    const name = user !== undefined && user !== null && isOneWord(user) ? user : ownerId;
    this.known.set(ownerId, name);
    return name;
  }
}
