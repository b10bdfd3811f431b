import type { TaskFeed, TaskFeedOptions } from './task-feed.js';
import { Delivery } from './delivery.js';
import { workQueueName } from './names.js';

/**
 * Feeds a worker of one task type that does not look ahead: a consumer that stays, with a prefetch limit of what the
 * worker may have in hand. The broker then sends the next message upon the acknowledgement of the last, with no
 * question between them, and none while the limit is in hand.
 *
 * The limit belongs to a consumer and cannot change. A message outlives its consumer where the feed had to pause
 * while it was worked on; the next consumer is granted only what is left then, and another one follows for the rest.
 */
export class StandingConsumer implements TaskFeed {
  private readonly taskType: string;
  /** Messages that each open consumer may have in hand, by consumer tag. */
  private readonly granted = new Map<string, number>();

  constructor(private readonly options: TaskFeedOptions) {
    this.taskType = options.taskTypes[0]!;
  }

  async run(): Promise<void> {
    const { open, hand, changed, isOver, isWanted, foundEmpty } = this.options;
    while (!isOver()) {
      const change = changed.next();
      if (isWanted(this.taskType) && hand.mayBegin(open)) await this.grantRest();
      else await this.cancelAll();
      // Nothing waits in the queue while there is a consumer for it that may have more in hand.
      foundEmpty(this.granted.size > 0 ? [this.taskType] : []);
      await change;
    }
    await this.cancelAll();
  }

  private async grantRest(): Promise<void> {
    const { open, hand } = this.options;
    let rest = hand.capacity;
    for (const limit of this.granted.values()) rest -= limit;
    if (rest <= 0) return;
    for (const { message } of hand.unsettled()) {
      if (!this.granted.has(message.fields.consumerTag ?? '')) rest--;
    }
    if (rest <= 0) return;
    await open.amqp.prefetch(rest);
    this.granted.set(await this.consume(), rest);
  }

  private async consume(): Promise<string> {
    const { open, receive, onQueueGone } = this.options;
    const queue = workQueueName(this.taskType);
    const { consumerTag } = await open.amqp.consume(queue, (message) => {
      if (message) receive(new Delivery(message, queue, this.taskType, open), false);
      else onQueueGone(queue);
    });
    return consumerTag;
  }

  private async cancelAll(): Promise<void> {
    for (const consumerTag of this.granted.keys()) {
      await this.options.open.amqp.cancel(consumerTag);
      this.granted.delete(consumerTag);
    }
  }
}
