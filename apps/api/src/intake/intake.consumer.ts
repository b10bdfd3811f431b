import {
  ConfirmPublisher,
  ForeignTaskSubscriber,
  type ForeignDelivery,
  type ForeignOutcome,
} from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Entrances } from '../broker/entrances.js';
import { LOGGER } from '../logger.token.js';
import { ForeignTasks } from './foreign-tasks.service.js';

/** A channel that does not open within this time is a trouble to tell. */
const ANSWERS_READY_MS = 5_000;

/** Reads the messages of other systems at every entrance. API instances compete for them. */
@Injectable()
export class IntakeConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private subscribers: ForeignTaskSubscriber[] | undefined;

  constructor(
    private readonly entrances: Entrances,
    private readonly publisher: ConfirmPublisher,
    private readonly tasks: ForeignTasks,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Why messages stay where they are, as a phrase; null when all is well. */
  get problem(): string | null {
    if (this.subscribers === undefined) return 'not started yet';
    return this.subscribers.map(({ problem }) => problem).find((problem) => problem !== null) ?? null;
  }

  onApplicationBootstrap(): void {
    this.subscribers = this.entrances.all.map(
      ({ connection, topology, vhost, publisher: answers }) =>
        new ForeignTaskSubscriber({
          connection,
          topology,
          publisher: this.publisher,
          vhost,
          name: 'api',
          logger: this.logger,
          take: (delivery) => this.take(delivery, answers),
        }),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    // What waits or is being fetched comes again; what is being stored is finished.
    this.stopping.abort();
    await Promise.all(this.subscribers?.map((subscriber) => subscriber.close()) ?? []);
  }

  private async take(delivery: ForeignDelivery, answers: ConfirmPublisher): Promise<ForeignOutcome> {
    // Answers are sent once: where they cannot be yet, right after a start, the message waits.
    await answers.whenReady(ANSWERS_READY_MS);
    const signal = AbortSignal.any([delivery.signal, this.stopping.signal]);
    return this.tasks.take({ ...delivery, signal });
  }
}
