import type { Channel, Message } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { Delivery } from './delivery.js';
import { silentLogger } from './messaging-logger.js';
import type { OpenChannel } from './supervised-channel.js';
import { TasksInHand } from './tasks-in-hand.js';

describe('the tasks in hand', () => {
  it('make room as soon as a message is settled, though the work has not returned', async () => {
    const { hand, begun, finish } = inHand({ concurrency: 1, lookahead: 0 });
    const { open } = channel();
    const [first, second, third] = [message(open), message(open), message(open)];
    expect(hand.accept(first)).toBe(true);
    expect(hand.accept(second)).toBe(false);
    first.ack();
    expect(hand.room(open)).toBe(1);
    expect(hand.accept(second)).toBe(true);
    expect(begun).toEqual([first, second]);
    expect(hand.accept(third)).toBe(false);
    finish();
    await hand.idle(1000);
    expect(hand.runningCount).toBe(0);
  });

  it('are begun in the order of their arrival, the staged before all others', () => {
    const { hand, begun, staged } = inHand({ concurrency: 1, lookahead: 1 });
    const { open } = channel();
    const [first, second, third] = [message(open), message(open), message(open)];
    hand.accept(first);
    hand.accept(second);
    expect(staged).toEqual([second]);
    first.ack();
    hand.accept(third);
    expect(begun).toEqual([first, second]);
    expect(staged).toEqual([second, third]);
  });

  it('keep a new channel waiting until those of the lost one have ended', async () => {
    const { hand, begun, staged, finish } = inHand({ concurrency: 2, lookahead: 2 });
    const [lost, fresh] = [channel(), channel()];
    const [first, second, third] = [message(lost.open), message(lost.open), message(lost.open)];
    for (const delivery of [first, second, third]) hand.accept(delivery);
    expect(staged).toEqual([third]);
    lost.close();
    hand.forgetLost();
    expect(hand.room(fresh.open)).toBe(0);
    expect(hand.accept(message(fresh.open))).toBe(false);
    finish();
    await hand.idle(1000);
    expect(hand.room(fresh.open)).toBe(4);
    expect(begun).toEqual([first, second]);
    expect(hand.releaseStaged()).toEqual([]);
  });
});

function inHand(limits: { concurrency: number; lookahead: number }) {
  const begun: Delivery[] = [];
  const staged: Delivery[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const hand = new TasksInHand({
    ...limits,
    logger: silentLogger,
    process: (delivery) => {
      begun.push(delivery);
      return finished;
    },
    stage: (delivery) => staged.push(delivery),
    onEnded: () => undefined,
  });
  return { hand, begun, staged, finish };
}

function channel(): { open: OpenChannel; close: () => void } {
  const life = new AbortController();
  const amqp = { ack: () => undefined, nack: () => undefined };
  return { open: { amqp: amqp as unknown as Channel, closed: life.signal }, close: () => life.abort() };
}

function message(open: OpenChannel): Delivery {
  return new Delivery({} as Message, 'photo_repair.work.person', 'person', open);
}
