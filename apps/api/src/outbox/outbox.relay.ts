import type { TaskMessage } from '@app/contracts';
import { PublishError, TaskPublisher } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { OutboxRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { OutboxStore } from './outbox.store.js';

/** How many messages are under way to the broker at once; one at a time would cost a confirm's round trip each. */
const WINDOW = 50;
/** What another instance committed before it died is found by looking, not by being told. */
const LOOK_EVERY_MS = 30_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;

/**
 * Carries the outbox to the broker: at once when a task is recorded, again until confirmed while the broker is away,
 * and at start what an earlier process left. A message may be published twice (a confirm can get lost); the task's
 * first final state wins.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private kicked = false;
  private stopped = false;
  private delayMs = FIRST_DELAY_MS;
  private timer: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly outbox: OutboxStore,
    private readonly publisher: TaskPublisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.kick();
    this.looking = setInterval(() => this.kick(), LOOK_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looking);
    clearTimeout(this.timer);
    await this.running;
  }

  /** Something was recorded: publish it now. */
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
      this.delayMs = FIRST_DELAY_MS;
    } catch (error) {
      this.kicked = false;
      this.logger.warn(
        { err: error, retryInMs: this.delayMs },
        'the outbox could not be emptied; trying again',
      );
      this.timer = setTimeout(() => this.kick(), this.delayMs).unref();
      this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
    }
  }

  /** One pass over all rows. A task that cannot be published is left for the next pass; it holds up no other. */
  private async publishAll(): Promise<void> {
    let leftBehind: unknown;
    let last: OutboxRow | undefined;
    for (;;) {
      const rows = await this.outbox.next(WINDOW, last);
      last = rows.at(-1);
      if (last === undefined || this.stopped) break;
      const results = await Promise.allSettled(rows.map((row) => this.publish(row)));
      await this.outbox.remove(results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
      for (const each of results) {
        if (each.status === 'fulfilled') continue;
        // The broker's trouble is everybody's; a row that no queue takes or no worker would understand is its own.
        if (each.reason instanceof PublishError && each.reason.code !== 'UNROUTABLE') throw each.reason;
        leftBehind = each.reason;
      }
    }
    if (leftBehind !== undefined) throw leftBehind;
  }

  private async publish(row: OutboxRow): Promise<string> {
    const message = JSON.parse(row.message) as TaskMessage;
    await this.publisher.publishTask(message, { priority: row.priority });
    this.logger.info({ taskId: row.task_id, taskType: message.taskType }, 'published');
    return row.task_id;
  }
}
