import type { QueueItem } from '@app/comfyui';
import { describe, expect, it } from 'vitest';
import { PromptQueue } from './prompt-queue.js';

function item(number: number, id: string): QueueItem {
  return [number, id, {}, {}, []];
}

describe('PromptQueue', () => {
  it('runs by number, and equal numbers in order of arrival', () => {
    const queue = new PromptQueue(() => {});
    for (const [number, id] of [
      [5, 'z'],
      [1, 'b'],
      [5, 'a'],
      [-3, 'front'],
      [5, 'a'],
    ] as const) {
      queue.add(item(number, id));
    }
    const order: (string | undefined)[] = [];
    while (queue.start()) {
      order.push(queue.current?.[1]);
      queue.finish();
    }
    expect(order).toEqual(['front', 'b', 'z', 'a', 'a']);
  });

  it('counts what runs as well, and tells every change', () => {
    const lengths: number[] = [];
    const queue: PromptQueue = new PromptQueue(() => lengths.push(queue.length));
    queue.add(item(0, 'a'));
    queue.start();
    queue.add(item(1, 'b'));
    queue.add(item(2, 'c'));
    expect([queue.remove('c'), queue.remove('a')]).toEqual([true, false]);
    queue.clear();
    queue.finish();
    expect(queue.start()).toBeUndefined();
    expect(lengths).toEqual([1, 1, 2, 3, 2, 1, 0]);
  });

  it('uses a number up for each prompt that brings none', () => {
    const queue = new PromptQueue(() => {});
    expect([queue.takeNumber(false), queue.takeNumber(true), queue.takeNumber(false)]).toEqual([0, -1, 2]);
  });
});
