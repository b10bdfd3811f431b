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
import { Mutex } from 'async-mutex';
import { Entrances } from '../broker/entrances.js';
import { LOGGER } from '../logger.token.js';
import { Pauses } from '../pauses/pauses.js';
import { ForeignTasks } from './foreign-tasks.service.js';

/** A channel that does not open within this time is a trouble to tell. */
const ANSWERS_READY_MS = 5_000;

/**
 * Reads the messages of other systems at every entrance. API instances compete for them. While an operator has paused the
 * intake they stay in their queues.
 */
@Injectable()
export class IntakeConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private subscribers: ForeignTaskSubscriber[] | undefined;
  private readonly turn = new Mutex();

  constructor(
    private readonly entrances: Entrances,
    private readonly publisher: ConfirmPublisher,
    private readonly tasks: ForeignTasks,
    private readonly pauses: Pauses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Why messages stay where they are, as a phrase; null when all is well. */
  get problem(): string | null {
    if (this.subscribers === undefined) return 'not started yet';
    return this.subscribers.map(({ problem }) => problem).find((problem) => problem !== null) ?? null;
  }

  onApplicationBootstrap(): void {
    this.pauses.onChange(() => this.heedPauses());
    this.heedPauses();
  }

  async beforeApplicationShutdown(): Promise<void> {
    // What waits or is being fetched comes again; what is being stored is finished.
    this.stopping.abort();
    await this.turn.runExclusive(() => this.close());
  }

  private heedPauses(): void {
    this.turn
      .runExclusive(async () => {
        if (this.stopping.signal.aborted) return;
        if (this.pauses.isIntakePaused) await this.close();
        else if (!this.subscribers?.length) this.subscribers = this.open();
      })
      .catch((error: unknown) => this.logger.error({ err: error }, 'an entrance could not be closed'));
  }

  private open(): ForeignTaskSubscriber[] {
    return this.entrances.all.map(
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

  private async close(): Promise<void> {
    const subscribers = this.subscribers ?? [];
    this.subscribers = [];
    await Promise.all(subscribers.map((subscriber) => subscriber.close()));
  }

  private async take(delivery: ForeignDelivery, answers: ConfirmPublisher): Promise<ForeignOutcome> {
    // Answers are sent once: where they cannot be yet, right after a start, the message waits.
    await answers.whenReady(ANSWERS_READY_MS);
    const signal = AbortSignal.any([delivery.signal, this.stopping.signal]);
    return this.tasks.take({ ...delivery, signal });
  }
}
