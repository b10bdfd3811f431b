import type { Message } from 'amqplib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Delivery } from './delivery.js';
import { workQueueName } from './names.js';
import { getMessage } from './own-channel.js';
import type { TaskFeed, TaskFeedOptions } from './task-feed.js';

/**
 * Feeds a worker of several task types. A prefetch limit is per consumer, so that standing consumers would hold one
 * message of each queue. Therefore: while there is room it asks the queues in turn (`basic.get`); when all are empty
 * it consumes from all until something arrives; while there is no room it consumes from none.
 *
 * While it consumes, several queues may deliver at the same moment; what there is no room for goes back as soon as the
 * consumers are cancelled.
 */
export class QueueRota implements TaskFeed {
  private turn = 0;
  private prefetch: number | undefined;

  constructor(private readonly options: TaskFeedOptions) {}

  async run(): Promise<void> {
    const { open, hand, changed, isOver, isWanted, receive } = this.options;
    while (!isOver()) {
      if (!isWanted() || hand.room(open) === 0) {
        await changed.next();
        continue;
      }
      const pulled = await this.pull();
      if (pulled) receive(pulled);
      else await this.listen();
    }
  }

  /** One message from the next queue in turn that has one. */
  private async pull(): Promise<Delivery | undefined> {
    const { open, taskTypes } = this.options;
    const first = this.turn;
    for (let step = 0; step < taskTypes.length; step++) {
      const index = (first + step) % taskTypes.length;
      const message = await getMessage(open, workQueueName(taskTypes[index]!));
      if (message) return this.delivery(message, index);
    }
    return undefined;
  }

  /** Consumes from all queues until one has brought a task that goes on, or there is any other change to look at. */
  private async listen(): Promise<void> {
    const { open, taskTypes, hand, changed, isOver, isWanted, receive } = this.options;
    const room = hand.room(open);
    if (isOver() || !isWanted() || room === 0) return;
    const surplus: Delivery[] = [];
    let change = changed.next();
    const consumerTags = await this.consumeAll(room, surplus);
    const hearsAll = () => consumerTags.length === taskTypes.length && isWanted() && !isOver();
    const isAsBefore = () => surplus.length === 0 && hand.room(open) === room;
    do {
      await change;
      change = changed.next();
      // What ends within a turn of the event loop costs no question to the broker.
      await nextTurn();
    } while (hearsAll() && isAsBefore());
    for (const consumerTag of consumerTags) await open.amqp.cancel(consumerTag);
    for (const delivery of surplus) receive(delivery);
  }

  /** Stops at the first queue that delivers. What there is no room for is put into `surplus`. */
  private async consumeAll(room: number, surplus: Delivery[]): Promise<string[]> {
    const { open, taskTypes, hand, changed, receive, onQueueGone } = this.options;
    if (this.prefetch !== room) await open.amqp.prefetch(room);
    this.prefetch = room;
    const consumerTags: string[] = [];
    let arrived = false;
    for (const [index, taskType] of taskTypes.entries()) {
      const queue = workQueueName(taskType);
      const { consumerTag } = await open.amqp.consume(queue, (message) => {
        if (!message) return onQueueGone(queue);
        arrived = true;
        // Given back at once, it could come again to a consumer that is still there.
        if (hand.room(open) > 0) receive(this.delivery(message, index));
        else surplus.push(this.delivery(message, index));
        changed.ring();
      });
      consumerTags.push(consumerTag);
      if (arrived) break;
    }
    return consumerTags;
  }

  private delivery(message: Message, index: number): Delivery {
    const { open, taskTypes } = this.options;
    const taskType = taskTypes[index]!;
    this.turn = index + 1;
    return new Delivery(message, workQueueName(taskType), taskType, open);
  }
}
