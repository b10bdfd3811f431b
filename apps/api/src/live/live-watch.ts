import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { AccessWatch } from './access-watch.js';
import { Departures } from './departures.js';
import { LiveDesk } from './live-desk.js';
import { LiveSource } from './live-source.js';
import { LiveTopics } from './live-topics.js';
import { StepFeed } from './step-feed.js';
import type { Subscriber } from './subscriber.js';
import { TransientRounds } from './transient-rounds.js';

const CLIENTS_EVERY_MS = 1000;
/** What other instances store is broadcast, and a broadcast may be lost. */
const STORE_EVERY_MS = 5000;
/** What holds a task up, and when it will end, may change with nothing but time. */
const PLACES_EVERY_MS = 5000;
const ACCESS_EVERY_MS = 20_000;
/** A client that has read nothing for so long while there was much to read is given up. */
const STALLED_MS = 30_000;

/** Looks from time to time: who does not read, who may not hear any more, and what is stored and was not told. */
@Injectable()
export class LiveWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly busy = new Set<string>();

  constructor(
    private readonly desk: LiveDesk,
    private readonly topics: LiveTopics,
    private readonly source: LiveSource,
    private readonly feed: StepFeed,
    private readonly departures: Departures,
    private readonly rounds: TransientRounds,
    private readonly access: AccessWatch,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.every(CLIENTS_EVERY_MS, 'clients', () => this.lookAtClients());
    this.every(STORE_EVERY_MS, 'store', () => this.lookAtStore());
    this.every(PLACES_EVERY_MS, 'places', () => this.lookAtPlaces());
    this.every(ACCESS_EVERY_MS, 'access', () => this.lookAtAccess());
  }

  beforeApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const subscriber of this.desk.subscribers) subscriber.end('stopping');
  }

  private lookAtClients(): Promise<void> {
    const now = performance.now();
    for (const subscriber of this.desk.subscribers) {
      if (subscriber.isStalled(now, STALLED_MS)) subscriber.end('slow');
      else if (this.isOver(subscriber)) this.inBackground(() => this.access.lookAt(subscriber));
      else subscriber.drained();
    }
    return Promise.resolve();
  }

  private isOver({ caller: { validUntil } }: Subscriber): boolean {
    return validUntil !== null && validUntil <= Date.now();
  }

  private lookAtPlaces(): Promise<void> {
    for (const type of this.topics.types) this.rounds.lineMoved(type);
    return Promise.resolve();
  }

  private async lookAtAccess(): Promise<void> {
    for (const subscriber of this.desk.subscribers) await this.access.lookAt(subscriber);
  }

  private async lookAtStore(): Promise<void> {
    for (const kind of ['task', 'album'] as const) {
      const watched = this.topics.all().filter(({ name }) => name.kind === kind);
      const heads = await this.source.heads(
        kind,
        watched.map(({ name }) => name.id),
      );
      for (const topic of watched) {
        const head = heads.get(topic.name.id);
        if (!this.topics.isOpen(topic)) continue;
        if (head === undefined) await topic.turn.runExclusive(() => this.departures.gone(topic));
        else if (head > topic.head) this.feed.look(topic);
      }
    }
  }

  /** One look after the other, and no error ends it. */
  private every(ms: number, what: string, look: () => Promise<void>): void {
    const begin = () => {
      if (this.busy.has(what)) return;
      this.busy.add(what);
      this.inBackground(() => look().finally(() => this.busy.delete(what)));
    };
    this.timers.push(setInterval(begin, ms).unref());
  }

  private inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) =>
      this.logger.error({ err: error }, 'what is watched could not be looked at'),
    );
  }
}
