import type { Message } from 'amqplib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Delivery } from './delivery.js';
import { workQueueName } from './names.js';
import { getMessage } from './own-channel.js';
import type { TaskFeed, TaskFeedOptions } from './task-feed.js';

/** Between two questions for a task to take ahead, as long as there is none; doubled each time. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Feeds a worker of several task types, or one that looks ahead. A prefetch limit is per consumer, so that standing
 * consumers would hold one message of each queue. Therefore: while there is room it asks the queues in turn
 * (`basic.get`). When all are empty it consumes from all until something arrives, but only where a place is free; for
 * tasks ahead it goes on asking. The broker serves consumers first, so that a worker that has nothing to do gets each
 * message before it can be taken ahead by another.
 *
 * While it consumes, several queues may deliver at the same moment; what there is no place for goes back as soon as the
 * consumers are cancelled.
 */
export class QueueRota implements TaskFeed {
  private turn = 0;
  private prefetch: number | undefined;

  constructor(private readonly options: TaskFeedOptions) {}

  async run(): Promise<void> {
    const { open, hand, changed, isOver, receive, foundEmpty } = this.options;
    let pauseMs = FIRST_PAUSE_MS;
    while (!isOver()) {
      const { rings } = changed;
      const taskTypes = this.wantedTypes;
      const room = hand.room(open);
      if (taskTypes.length === 0 || room.running + room.ahead === 0) {
        await changed.rungSince(rings);
        pauseMs = FIRST_PAUSE_MS;
        continue;
      }
      const pulled = await this.pull(taskTypes);
      foundEmpty(pulled ? [] : taskTypes);
      if (pulled) receive(pulled, true);
      else if (room.running > 0) await this.listen(taskTypes);
      const rang = pulled || room.running > 0 || (await changed.rungSince(rings, pauseMs));
      pauseMs = rang ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  private get wantedTypes(): string[] {
    return this.options.taskTypes.filter(this.options.isWanted);
  }

  /** One message from the next of these queues in turn that has one. */
  private async pull(wanted: readonly string[]): Promise<Delivery | undefined> {
    const { open, taskTypes } = this.options;
    const first = this.turn;
    for (let step = 0; step < taskTypes.length; step++) {
      const taskType = taskTypes[(first + step) % taskTypes.length]!;
      if (!wanted.includes(taskType)) continue;
      const message = await getMessage(open, workQueueName(taskType));
      if (message) return this.delivery(message, taskType);
    }
    return undefined;
  }

  /** Consumes from these queues until one has brought a task that goes on, or there is any other change to look at. */
  private async listen(taskTypes: readonly string[]): Promise<void> {
    const { open, hand, changed, isOver, receive } = this.options;
    const places = hand.room(open).running;
    const isWanted = () => !isOver() && this.wantedTypes.join() === taskTypes.join();
    if (places === 0 || !isWanted()) return;
    const surplus: Delivery[] = [];
    let change = changed.next();
    const consumerTags = await this.consumeAll(taskTypes, places, surplus);
    const hearsAll = () => consumerTags.length === taskTypes.length && isWanted();
    const isAsBefore = () => surplus.length === 0 && hand.room(open).running === places;
    do {
      await change;
      change = changed.next();
      // What ends within a turn of the event loop costs no question to the broker.
      await nextTurn();
    } while (hearsAll() && isAsBefore());
    for (const consumerTag of consumerTags) await open.amqp.cancel(consumerTag);
    for (const delivery of surplus) receive(delivery, false);
  }

  /** Stops at the first queue that delivers. What there is no place for is put into `surplus`. */
  private async consumeAll(
    taskTypes: readonly string[],
    places: number,
    surplus: Delivery[],
  ): Promise<string[]> {
    const { open, hand, changed, receive, onQueueGone } = this.options;
    if (this.prefetch !== places) await open.amqp.prefetch(places);
    this.prefetch = places;
    const consumerTags: string[] = [];
    let arrived = false;
    for (const taskType of taskTypes) {
      const queue = workQueueName(taskType);
      const { consumerTag } = await open.amqp.consume(queue, (message) => {
        if (!message) return onQueueGone(queue);
        arrived = true;
        // Given back at once, it could come again to a consumer that is still there.
        const delivery = this.delivery(message, taskType);
        if (hand.room(open).running > 0) receive(delivery, false);
        else surplus.push(delivery);
        changed.ring();
      });
      consumerTags.push(consumerTag);
      if (arrived) break;
    }
    return consumerTags;
  }

  private delivery(message: Message, taskType: string): Delivery {
    const { open, taskTypes } = this.options;
    this.turn = taskTypes.indexOf(taskType) + 1;
    return new Delivery(message, workQueueName(taskType), taskType, open);
  }
}
