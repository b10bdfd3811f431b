import type { Channel, Message } from 'amqplib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Bell } from './bell.js';
import type { Delivery } from './delivery.js';
import { silentLogger } from './messaging-logger.js';
import { workQueueName } from './names.js';
import { QueueRota } from './queue-rota.js';
import type { TaskPlace } from './task-place.js';
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
    await vi.waitFor(() => expect(hand.count).toBe(0));
    broker.publish('building');
    await vi.waitFor(() => expect(hand.count).toBe(0));
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

  it('asks for tasks ahead again and again, ever more seldom, and never consumes them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      let finish = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const { broker, ran, changed, stop } = start(() => finished, { lookahead: 1 });
      await vi.waitFor(() => expect(broker.consumers.size).toBe(2));
      broker.publish('person');
      await vi.waitFor(() => expect(broker.consumers.size).toBe(0));
      await vi.advanceTimersByTimeAsync(1000);
      for (let change = 0; change < 2; change++) {
        broker.asked.length = 0;
        const since = Date.now();
        changed.ring();
        await vi.advanceTimersByTimeAsync(1700);
        expect(broker.asked.map((at) => at - since)).toEqual(
          [0, 20, 60, 140, 300, 620, 1120, 1620].flatMap((at) => [at, at]),
        );
      }
      expect(ran).toEqual(['person']);
      broker.publish('building');
      await vi.advanceTimersByTimeAsync(500);
      expect(ran).toEqual(['person', 'building']);
      broker.asked.length = 0;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(broker.asked).toEqual([]);
      expect(broker.consumers.size).toBe(0);
      finish();
      const stopped = stop();
      await vi.advanceTimersByTimeAsync(0);
      await stopped;
    } finally {
      vi.useRealTimers();
    }
  });

  it('neither asks for nor consumes a type that is not wanted', async () => {
    const { broker, ran, wanted, changed, empty, stop } = start(async (delivery) => void delivery.ack());
    await vi.waitFor(() => expect(broker.consumers.size).toBe(2));
    wanted.delete('building');
    changed.ring();
    await vi.waitFor(() => expect([...broker.consumers.keys()]).toEqual([workQueueName('person')]));
    expect(empty()).toEqual(['person']);
    broker.publish('building');
    wanted.clear();
    changed.ring();
    await vi.waitFor(() => expect(broker.consumers.size).toBe(0));
    wanted.add('building');
    changed.ring();
    await vi.waitFor(() => expect(ran).toEqual(['building']));
    await stop();
  });
});

interface Options {
  onConsume?: (queue: string, publish: (taskType: string) => void) => void;
  lookahead?: number;
}

function start(process: (delivery: Delivery, place: TaskPlace) => Promise<void>, options: Options = {}) {
  const ran: string[] = [];
  const back: string[] = [];
  const changed = new Bell();
  const wanted = new Set(['person', 'building']);
  let empty: readonly string[] = [];
  let over = false;
  const hand = new TasksInHand({
    room: () => ({ running: 1, ahead: options.lookahead ?? 0 }),
    mayLeave: true,
    aheadLimitMs: 60_000,
    logger: silentLogger,
    process: (delivery, place) => {
      ran.push(delivery.routingKey);
      return process(delivery, place);
    },
    onChange: () => changed.ring(),
  });
  const broker = new FakeBroker(options.onConsume);
  const feed = new QueueRota({
    open: { amqp: broker as unknown as Channel, closed: new AbortController().signal },
    taskTypes: ['person', 'building'],
    hand,
    changed,
    isWanted: (taskType) => wanted.has(taskType),
    isOver: () => over,
    receive: (delivery, mayBeAhead) =>
      void (hand.accept(delivery, mayBeAhead) || back.push(delivery.routingKey)),
    foundEmpty: (taskTypes) => (empty = taskTypes),
    onQueueGone: () => undefined,
  });
  const running = feed.run();
  const stop = () => {
    over = true;
    changed.ring();
    return running;
  };
  return { broker, hand, ran, back, wanted, changed, empty: () => empty, stop };
}

/** Delivers to a consumer whatever is published while there is one, else keeps it. */
class FakeBroker {
  readonly consumers = new Map<string, (message: Message) => void>();
  /** Questions that a broker would have to answer. */
  calls = 0;
  /** When it was asked for a message. */
  readonly asked: number[] = [];
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
    this.asked.push(Date.now());
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
