import type { Channel, Message } from 'amqplib';
import { describe, expect, it, vi } from 'vitest';
import { Delivery } from './delivery.js';
import { silentLogger } from './messaging-logger.js';
import type { OpenChannel } from './supervised-channel.js';
import type { TaskPlace } from './task-place.js';
import { TasksInHand } from './tasks-in-hand.js';
import { TaskWithdrawn } from './task-withdrawn.js';

describe('the tasks in hand', () => {
  it('make room as soon as a message is settled, though the work has not returned', async () => {
    const { hand, taken, finish } = inHand({ running: 1, ahead: 0 });
    const { open } = channel();
    const [first, second, third] = [message(open), message(open), message(open)];
    expect(hand.accept(first, true)).toBe(true);
    expect(hand.accept(second, true)).toBe(false);
    first.ack();
    expect(hand.room(open)).toEqual({ running: 1, ahead: 0 });
    expect(hand.accept(second, true)).toBe(true);
    expect(taken).toEqual([first, second]);
    expect(hand.accept(third, true)).toBe(false);
    finish();
    await hand.idle(1000);
    expect(hand.count).toBe(0);
  });

  it('are worked on at once, those beyond the places ahead of their turn, and no more than there is room for', () => {
    const { hand, taken, places } = inHand({ running: 1, ahead: 1 });
    const { open } = channel();
    const [first, second, third] = [message(open), message(open), message(open)];
    expect(hand.accept(first, false)).toBe(true);
    expect(hand.accept(second, false)).toBe(false);
    expect(hand.accept(second, true)).toBe(true);
    expect(hand.accept(third, true)).toBe(false);
    expect(taken).toEqual([first, second]);
    expect(places.map(({ isAhead }) => isAhead)).toEqual([false, true]);
    first.ack();
    // The free place is the second's, and the third may be prepared.
    expect(hand.room(open)).toEqual({ running: 0, ahead: 1 });
    expect(hand.lack(open)).toBe('turns');
    places[1]!.begin();
    expect(places[1]!.isAhead).toBe(false);
    expect(hand.room(open)).toEqual({ running: 0, ahead: 1 });
    expect(hand.lack(open)).toBe('nothing');
  });

  it('free a place when they have left, as many as there are places', () => {
    const { hand, places } = inHand({ running: 1, ahead: 0 });
    const { open } = channel();
    hand.accept(message(open), true);
    places[0]!.leave();
    expect(hand.lack(open)).toBe('tasks');
    expect(hand.accept(message(open), true)).toBe(true);
    places[1]!.leave();
    places[1]!.leave();
    expect(hand.room(open)).toEqual({ running: 0, ahead: 0 });
    expect(hand.accept(message(open), true)).toBe(false);
    hand.unsettled()[0]!.ack();
    expect(hand.room(open)).toEqual({ running: 1, ahead: 0 });
  });

  it('do not leave where the broker would send nothing for them, nor before their turn', () => {
    const standing = inHand({ running: 1, ahead: 0 }, { mayLeave: false });
    const { open } = channel();
    standing.hand.accept(message(open), true);
    standing.places[0]!.leave();
    expect(standing.hand.room(open)).toEqual({ running: 0, ahead: 0 });
    const { hand, places } = inHand({ running: 0, ahead: 1 });
    hand.accept(message(open), true);
    places[0]!.leave();
    expect(places[0]).toMatchObject({ isAhead: true, hasLeft: false });
  });

  it('are withdrawn as long as they are ahead, the youngest of the type first, each once', () => {
    const { hand, places } = inHand({ running: 1, ahead: 3 });
    const { open } = channel();
    for (const type of ['a', 'a', 'b', 'a']) hand.accept(message(open, type), true);
    const withdrawn = () => places.map(({ isWithdrawn }) => isWithdrawn);
    hand.withdrawYoungest(['b', 'c'], 'somebody is idle');
    expect(withdrawn()).toEqual([false, false, true, false]);
    hand.withdrawYoungest(['a', 'b'], 'somebody is idle');
    expect(withdrawn()).toEqual([false, false, true, true]);
    // They are in hand until they have ended, and stand in nobody's way.
    expect(hand.room(open)).toEqual({ running: 0, ahead: 0 });
    places[1]!.begin();
    hand.withdraw('the tap closed');
    expect(withdrawn()).toEqual([false, false, true, true]);
    const { reason } = places[2]!.withdrawn as { reason: Error };
    expect(reason).toBeInstanceOf(TaskWithdrawn);
    expect(() => places[2]!.begin()).toThrow(reason);
    expect(places[2]!.isAhead).toBe(true);
  });

  it('go back when they were ahead for too long, and not once they have begun', () => {
    vi.useFakeTimers();
    try {
      const { hand, places } = inHand({ running: 0, ahead: 2 });
      const { open } = channel();
      for (let i = 0; i < 2; i++) hand.accept(message(open), true);
      vi.advanceTimersByTime(999);
      expect(places.map(({ isWithdrawn }) => isWithdrawn)).toEqual([false, false]);
      places[1]!.begin();
      vi.advanceTimersByTime(1);
      expect(places.map(({ isWithdrawn }) => isWithdrawn)).toEqual([true, false]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stay where the room becomes less, and no more are taken', () => {
    const room = { running: 2, ahead: 1 };
    const { hand, places } = inHand(room);
    const { open } = channel();
    for (let i = 0; i < 3; i++) expect(hand.accept(message(open), true)).toBe(true);
    Object.assign(room, { running: 0, ahead: 0 });
    expect(hand.room(open)).toEqual({ running: 0, ahead: 0 });
    expect(hand.accept(message(open), true)).toBe(false);
    expect(places.map(({ isWithdrawn }) => isWithdrawn)).toEqual([false, false, false]);
    Object.assign(room, { running: 4, ahead: 1 });
    expect(hand.room(open)).toEqual({ running: 1, ahead: 1 });
  });

  it('keep a new channel waiting until those of the lost one have ended; what was ahead there is withdrawn', async () => {
    const { hand, taken, places, finish } = inHand({ running: 1, ahead: 1 });
    const [lost, fresh] = [channel(), channel()];
    const [first, second] = [message(lost.open), message(lost.open)];
    for (const delivery of [first, second]) hand.accept(delivery, true);
    lost.close();
    hand.withdrawLost();
    expect(places.map(({ isWithdrawn }) => isWithdrawn)).toEqual([false, true]);
    expect(hand.room(fresh.open)).toEqual({ running: 0, ahead: 0 });
    expect(hand.lack(fresh.open)).toBe('nothing');
    expect(hand.accept(message(fresh.open), true)).toBe(false);
    finish();
    await hand.idle(1000);
    expect(hand.room(fresh.open)).toEqual({ running: 1, ahead: 1 });
    expect(taken).toEqual([first, second]);
  });
});

function inHand(room: { running: number; ahead: number }, { mayLeave = true } = {}) {
  const taken: Delivery[] = [];
  const places: TaskPlace[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const hand = new TasksInHand({
    room: () => room,
    mayLeave,
    aheadLimitMs: 1000,
    logger: silentLogger,
    process: (delivery, place) => {
      taken.push(delivery);
      places.push(place);
      return finished;
    },
    onChange: () => undefined,
  });
  return { hand, taken, places, finish };
}

function channel(): { open: OpenChannel; close: () => void } {
  const life = new AbortController();
  const amqp = { ack: () => undefined, nack: () => undefined };
  return { open: { amqp: amqp as unknown as Channel, closed: life.signal }, close: () => life.abort() };
}

function message(open: OpenChannel, taskType = 'person'): Delivery {
  return new Delivery({} as Message, `photo_repair.work.${taskType}`, taskType, open);
}
