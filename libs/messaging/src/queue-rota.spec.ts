import type { Channel, Message } from 'amqplib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Bell } from './bell.js';
import type { Delivery } from './delivery.js';
import { silentLogger } from './messaging-logger.js';
import { workQueueName } from './names.js';
import { QueueRota } from './queue-rota.js';
import { TasksInHand } from './tasks-in-hand.js';

describe('a rota over several queues', () => {
  it('goes on listening, without a word to the broker, after a task that ended at once', async () => {
    const { broker, hand, ran, stop } = start(async (delivery) => {
      await nextTurn();
      delivery.ack();
    });
    await vi.waitFor(() => expect(broker.consumers.size).toBe(2));
    const calls = broker.calls;
    broker.publish('person');
    await vi.waitFor(() => expect(hand.runningCount).toBe(0));
    broker.publish('building');
    await vi.waitFor(() => expect(hand.runningCount).toBe(0));
    expect(ran).toEqual(['person', 'building']);
    expect(broker.calls).toBe(calls);
    await stop();
    expect(broker.consumers.size).toBe(0);
  });

  it('begins what arrived beside a task that ended at once', async () => {
    const { broker, ran, back, stop } = start(async (delivery) => {
      await nextTurn();
      delivery.ack();
    });
    await vi.waitFor(() => expect(broker.consumers.size).toBe(2));
    broker.publish('person');
    broker.publish('building');
    await vi.waitFor(() => expect(ran).toEqual(['person', 'building']));
    expect(back).toEqual([]);
    await stop();
  });

  it('listens to none during a task, and gives back what arrived beside it', async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const { broker, ran, back, stop } = start(async (delivery) => {
      await finished;
      delivery.ack();
    });
    await vi.waitFor(() => expect(broker.consumers.size).toBe(2));
    broker.publish('person');
    broker.publish('building');
    await vi.waitFor(() => expect(back).toEqual(['building']));
    expect(broker.consumers.size).toBe(0);
    broker.publish('person');
    finish();
    await vi.waitFor(() => expect(ran).toEqual(['person', 'person']));
    await stop();
  });

  it('hears of every queue after one delivered while it began to listen', async () => {
    const { broker, ran, stop } = start(async (delivery) => void delivery.ack(), {
      // Found by nobody who asks, and there for the first who consumes.
      onConsume: (queue, publish) => {
        if (queue === workQueueName('person') && ran.length === 0) publish('person');
      },
    });
    await vi.waitFor(() => expect(ran).toEqual(['person']));
    broker.publish('building');
    await vi.waitFor(() => expect(ran).toEqual(['person', 'building']));
    await stop();
  });
});

function start(
  process: (delivery: Delivery) => Promise<void>,
  options: { onConsume?: (queue: string, publish: (taskType: string) => void) => void } = {},
) {
  const ran: string[] = [];
  const back: string[] = [];
  const changed = new Bell();
  let over = false;
  const hand = new TasksInHand({
    concurrency: 1,
    lookahead: 0,
    logger: silentLogger,
    process: (delivery) => {
      ran.push(delivery.routingKey);
      return process(delivery);
    },
    stage: () => undefined,
    onEnded: () => changed.ring(),
  });
  const broker = new FakeBroker(options.onConsume);
  const feed = new QueueRota({
    open: { amqp: broker as unknown as Channel, closed: new AbortController().signal },
    taskTypes: ['person', 'building'],
    hand,
    changed,
    isWanted: () => true,
    isOver: () => over,
    receive: (delivery) => void (hand.accept(delivery) || back.push(delivery.routingKey)),
    onQueueGone: () => undefined,
  });
  const running = feed.run();
  const stop = () => {
    over = true;
    changed.ring();
    return running;
  };
  return { broker, hand, ran, back, stop };
}

/** Delivers to a consumer whatever is published while there is one, else keeps it. */
class FakeBroker {
  readonly consumers = new Map<string, (message: Message) => void>();
  /** Questions that a broker would have to answer. */
  calls = 0;
  private readonly ready = new Map<string, number>();

  constructor(private readonly onConsume?: (queue: string, publish: (taskType: string) => void) => void) {}

  publish(taskType: string): void {
    const queue = workQueueName(taskType);
    const consumer = this.consumers.get(queue);
    if (consumer) consumer({} as Message);
    else this.ready.set(queue, (this.ready.get(queue) ?? 0) + 1);
  }

  get(queue: string): Promise<Message | false> {
    this.calls++;
    const ready = this.ready.get(queue) ?? 0;
    if (ready > 0) this.ready.set(queue, ready - 1);
    return Promise.resolve(ready > 0 ? ({} as Message) : false);
  }

  consume(queue: string, onMessage: (message: Message) => void): Promise<{ consumerTag: string }> {
    this.calls++;
    this.consumers.set(queue, onMessage);
    this.onConsume?.(queue, (taskType) => this.publish(taskType));
    return Promise.resolve({ consumerTag: queue });
  }

  cancel(consumerTag: string): Promise<void> {
    this.calls++;
    this.consumers.delete(consumerTag);
    return Promise.resolve();
  }

  prefetch(): Promise<void> {
    this.calls++;
    return Promise.resolve();
  }

  ack(): void {}
}
