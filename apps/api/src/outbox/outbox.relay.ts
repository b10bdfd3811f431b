import type { TaskMessage } from '@app/contracts';
import { PublishError, TaskPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BrokerReach } from '../broker/broker-reach.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { OutboxStore, type ClaimedMessage } from './outbox.store.js';

/** How many messages are under way to the broker at once; one at a time would cost a confirm's round trip each. */
const WINDOW = 50;
/** What another instance committed before it died is found by looking, not by being told. */
const LOOK_EVERY_MS = 2_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 3_000;

/**
 * Carries the outbox to the broker: at once when a task is recorded, again until confirmed while the broker is away,
 * at once when it is back, and at start what an earlier process left. Instances share the rows by claims. A message
 * may be published twice (a confirm can get lost, a claim can end too early); workers are idempotent by task.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private kicked = false;
  private stopped = false;
  private failing = false;
  private delayMs = FIRST_DELAY_MS;
  private timer: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly outbox: OutboxStore,
    private readonly publisher: TaskPublisher,
    private readonly reach: BrokerReach,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // The embedded database is of one process, so that what is claimed at its start was claimed by the dead.
    if (this.env.databaseUrl.startsWith('file:')) await this.outbox.releaseAll();
    this.reach.onReturn(() => this.kick());
    this.kick();
    this.looking = setInterval(() => this.kick(), LOOK_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looking);
    clearTimeout(this.timer);
    await this.running;
  }

  /** Something was recorded, or the broker is back: publish now. */
  kick(): void {
    this.kicked = true;
    if (this.stopped || this.running !== undefined) return;
    clearTimeout(this.timer);
    this.running = this.drain().finally(() => {
      this.running = undefined;
      if (this.kicked && !this.stopped) this.kick();
    });
  }

  private async drain(): Promise<void> {
    try {
      while (this.kicked && !this.stopped) {
        this.kicked = false;
        await this.publishAll();
      }
      this.reach.worked();
      if (this.failing) this.logger.info('the outbox is emptied again');
      this.failing = false;
      this.delayMs = FIRST_DELAY_MS;
    } catch (error) {
      this.kicked = false;
      if (!this.failing) this.logger.warn({ err: error }, 'the outbox could not be emptied; trying again');
      this.failing = true;
      this.timer = setTimeout(() => this.kick(), this.delayMs).unref();
      this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
    }
  }

  /** One pass over all rows. A task that cannot be published is left for the next pass; it holds up no other. */
  private async publishAll(): Promise<void> {
    let leftBehind: unknown;
    let last: ClaimedMessage | undefined;
    while (!this.stopped) {
      // A claim for nothing would be a write for nothing, with every photo that comes in during an outage.
      if (this.reach.problem !== null) return this.failIfAnyWaits(this.reach.problem);
      const messages = await this.outbox.claim(WINDOW, last);
      if (messages.length === 0) break;
      last = messages.at(-1);
      leftBehind = (await this.publishWindow(messages)) ?? leftBehind;
    }
    if (leftBehind !== undefined) throw leftBehind;
  }

  private async failIfAnyWaits(problem: string): Promise<void> {
    if ((await this.outbox.count()) === 0) return;
    this.reach.failed();
    throw new PublishError('BROKER_UNAVAILABLE', problem);
  }

  /** Resolves to why some were left behind. @throws PublishError where the trouble is the broker's, and so everybody's. */
  private async publishWindow(messages: readonly ClaimedMessage[]): Promise<unknown> {
    const results = await Promise.allSettled(messages.map((message) => this.publish(message)));
    const failures = results.flatMap((each, index) =>
      each.status === 'rejected' ? [{ message: messages[index]!, reason: each.reason as unknown }] : [],
    );
    const left = failures.map(({ message }) => message);
    const published = messages.filter((message) => !left.includes(message));
    await this.outbox.remove(published.map(({ taskId }) => taskId));
    await this.outbox.release(left);
    // A row that no queue takes or no worker would understand is its own trouble.
    const shared = failures.find(
      ({ reason }) => reason instanceof PublishError && reason.code !== 'UNROUTABLE',
    );
    if (shared) {
      this.reach.failed();
      throw shared.reason;
    }
    this.reach.worked();
    return failures[0]?.reason;
  }

  private async publish({ taskId, message: json, priority, deadlineAt }: ClaimedMessage): Promise<void> {
    const message = JSON.parse(json) as TaskMessage;
    await this.publisher.publishTask(message, { priority, ...(deadlineAt !== null && { deadlineAt }) });
    this.logger.info({ taskId, taskType: message.taskType }, 'published');
  }
}
