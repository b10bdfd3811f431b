import { beforeEach, describe, expect, it } from 'vitest';
import { LaneQueue, type EngineBusyness, type QueuedLane } from './lane-queue.js';

describe('LaneQueue', () => {
  let busyness: EngineBusyness;
  let changes: number;
  let turns: string[];

  beforeEach(() => {
    busyness = { others: 0, isOnTrial: false };
    changes = 0;
    turns = [];
  });

  const queueOf = (running: number, ahead: number) =>
    new LaneQueue(
      { running, ahead },
      () => busyness,
      () => (changes += 1),
    );

  function take(queue: LaneQueue, name: string): QueuedLane {
    const lane = queue.take();
    void lane.turn.then(() => turns.push(name));
    return lane;
  }

  /** Whose turn has come, in order. */
  async function turned(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return turns;
  }

  it('has running places first, then places ahead, then none', async () => {
    const queue = queueOf(1, 1);
    expect(queue.free).toBe('running');
    expect(take(queue, 'first').isAhead).toBe(false);
    expect(queue.free).toBe('ahead');
    expect(take(queue, 'second').isAhead).toBe(true);
    expect(queue.free).toBeNull();
    expect(() => queue.take()).toThrow('no free place');
    expect(await turned()).toEqual(['first']);
  });

  it('gives the next its turn when the one before leaves, once', async () => {
    const queue = queueOf(1, 2);
    const lanes = ['a', 'b', 'c'].map((name) => take(queue, name));
    lanes[0]!.leave();
    lanes[0]!.leave();
    expect(await turned()).toEqual(['a', 'b']);
    expect([queue.count, queue.free]).toEqual([2, 'ahead']);
  });

  it('takes the engine at its word when it starts a prompt before its turn', async () => {
    const queue = queueOf(1, 1);
    const [, second] = [take(queue, 'a'), take(queue, 'b')];
    expect(queue.isStarted).toBe(false);
    second.started();
    expect(await turned()).toEqual(['a', 'b']);
    expect(queue.isStarted).toBe(true);
    second.leave();
    second.started();
    expect(queue.isStarted).toBe(false);
  });

  it('gives no turn to one that was left before', async () => {
    const queue = queueOf(1, 1);
    const [first, second] = [take(queue, 'a'), take(queue, 'b')];
    second.leave();
    second.started();
    first.leave();
    expect(await turned()).toEqual(['a']);
    expect(queue.free).toBe('running');
  });

  describe('behind prompts of others', () => {
    beforeEach(() => void (busyness.others = 2));

    it.each([0, 1, 3])('has one place ahead and none to run in (lookahead %i)', (ahead) => {
      const queue = queueOf(1, ahead);
      expect(queue.room).toEqual({ running: 0, ahead: 1 });
      expect(take(queue, 'a').isAhead).toBe(true);
      expect(queue.free).toBeNull();
    });

    it('has the usual places ahead once the engine runs ours', () => {
      const queue = queueOf(1, 2);
      take(queue, 'a').started();
      expect(queue.room).toEqual({ running: 1, ahead: 2 });
      expect([take(queue, 'b'), take(queue, 'c')].map(({ isAhead }) => isAhead)).toEqual([true, true]);
      expect(queue.free).toBeNull();
    });

    it('gives a turn when nothing of theirs is left, not when one of ours leaves', async () => {
      busyness.others = 0;
      const queue = queueOf(1, 1);
      const [first] = [take(queue, 'a'), take(queue, 'b')];
      busyness.others = 1;
      first.leave();
      queue.giveTurns();
      expect(await turned()).toEqual(['a']);
      busyness.others = 0;
      queue.giveTurns();
      expect(await turned()).toEqual(['a', 'b']);
    });
  });

  it('has one place in all while the engine is on trial', () => {
    busyness.isOnTrial = true;
    const queue = queueOf(2, 2);
    expect(queue.room).toEqual({ running: 1, ahead: 0 });
    take(queue, 'a');
    expect(queue.free).toBeNull();
    busyness.others = 1;
    expect(queue.free).toBeNull();
  });

  it('counts what it still has when it may have less', () => {
    const queue = queueOf(2, 0);
    take(queue, 'a');
    take(queue, 'b');
    busyness.isOnTrial = true;
    expect(queue.room).toEqual({ running: 2, ahead: 0 });
    expect(queue.free).toBeNull();
  });

  it('says when it has changed', () => {
    const queue = queueOf(1, 1);
    const lane = take(queue, 'a');
    lane.started();
    lane.leave();
    expect(changes).toBe(3);
  });
});
