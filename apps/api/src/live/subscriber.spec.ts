import { describe, expect, it, vi } from 'vitest';
import type { EndReason, LiveSink } from './live-sink.js';
import { LiveFrame } from './live-frame.js';
import { LiveTopic } from './live-topic.js';
import { Subscriber } from './subscriber.js';
import { Subscription } from './subscription.js';
import { taskTopic } from './topic-name.js';

const NOBODY = { owner: null, link: null, validUntil: null, address: '127.0.0.1' };
const NAME = taskTopic('019a9c5e-0000-7c4c-9d0e-0d7c8f1b2a3c');

class FakeSink implements LiveSink {
  unsentBytes = 0;
  sent: LiveFrame[] = [];
  ended: EndReason | undefined;

  send(frame: LiveFrame): void {
    this.sent.push(frame);
  }
  end(reason: EndReason): void {
    this.ended = reason;
  }
}

function watching() {
  const sink = new FakeSink();
  const caughtUp = vi.fn<(subscription: Subscription) => void>();
  const subscriber = new Subscriber(NOBODY, sink, caughtUp);
  const subscription = new Subscription(subscriber, NAME);
  const topic = new LiveTopic(NAME);
  topic.subscriptions.add(subscription);
  subscriber.subscriptions.set(NAME.topic, subscription);
  subscription.seq = 1;
  subscription.live = true;
  topic.head = 1;
  return { sink, subscriber, subscription, topic, caughtUp };
}

const progress = (percent: number) =>
  new LiveFrame({
    event: 'progress',
    data: { topic: NAME.topic, id: NAME.id, progress: { stage: 'running', percent } },
  });
const erased = (seq: number | null) =>
  new LiveFrame({ event: 'erased', data: { topic: NAME.topic, id: 'x', seq } });

describe('a client with too much unread', () => {
  it('is sent nothing more, and is caught up once it has read', async () => {
    const { sink, subscriber, subscription, topic, caughtUp } = watching();
    await topic.tell(progress(10));
    sink.unsentBytes = 64 * 1024 + 1;
    for (let percent = 11; percent < 99; percent += 1) await topic.tell(progress(percent));
    expect(sink.sent).toHaveLength(1);
    expect(subscription).toMatchObject({ live: false, missed: true });
    sink.unsentBytes = 40 * 1024;
    subscriber.drained();
    expect(caughtUp).not.toHaveBeenCalled();
    sink.unsentBytes = 32 * 1024;
    subscriber.drained();
    expect(caughtUp).toHaveBeenCalledExactlyOnceWith(subscription);
  });

  it('begins anew where a task was erased meanwhile that no number tells of', async () => {
    const { sink, subscription, topic } = watching();
    sink.unsentBytes = 64 * 1024 + 1;
    await topic.tell(erased(null));
    expect(subscription.seq).toBeUndefined();
  });

  it('keeps where it was where the number tells of it', async () => {
    const { sink, subscription, topic } = watching();
    sink.unsentBytes = 64 * 1024 + 1;
    await topic.tell(erased(2));
    expect(subscription).toMatchObject({ live: false, seq: 1 });
  });

  it('is given up when it reads nothing for long, and not while it reads slowly', () => {
    const { sink, subscriber } = watching();
    sink.unsentBytes = 100_000;
    expect(subscriber.isStalled(0, 30_000)).toBe(false);
    expect(subscriber.isStalled(29_999, 30_000)).toBe(false);
    sink.unsentBytes = 90_000;
    expect(subscriber.isStalled(30_000, 30_000)).toBe(false);
    expect(subscriber.isStalled(59_999, 30_000)).toBe(false);
    expect(subscriber.isStalled(60_000, 30_000)).toBe(true);
  });

  it('is given up when it asks for more and more and reads nothing', () => {
    const { sink, subscriber } = watching();
    sink.unsentBytes = 1024 * 1024 + 1;
    subscriber.send(progress(1));
    expect(sink.ended).toBe('slow');
  });
});

describe('a step', () => {
  it('is sent once, and never after a later one', async () => {
    const { sink, subscription, topic } = watching();
    for (const seq of [2, 2, 1, 3]) await topic.tell(erased(seq));
    expect(sink.sent.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(subscription.seq).toBe(3);
    expect(topic.head).toBe(3);
  });
});
