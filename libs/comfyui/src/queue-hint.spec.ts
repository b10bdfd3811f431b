import { describe, expect, it } from 'vitest';
import { QueueHint } from './queue-hint.js';

type Said = 'look' | 'wait' | null;

const hints = (early: number[], heard: number[], isRunning: boolean): Said[] => {
  const hint = new QueueHint();
  return [
    ...early.map((remaining) => hint.early(remaining)),
    ...heard.map((remaining) => hint.hear(remaining, isRunning)),
  ];
};

describe('QueueHint', () => {
  it('says to look when nothing is left', () => {
    expect(hints([], [1, 0], false)).toEqual(['wait', 'look']);
    expect(hints([], [0], true)).toEqual(['look']);
  });

  it('says to look when the queue grows shorter while the prompt runs', () => {
    expect(hints([3], [4, 4, 3, 5, 2], true)).toEqual(['wait', 'wait', null, 'look', null, 'look']);
  });

  it('expects others to end while it waits, until one is left', () => {
    expect(hints([4], [4, 3, 2, 1], false)).toEqual(['wait', 'wait', null, null, 'look']);
  });

  it('takes an empty queue from before the acceptance for a hint until it hears of ours', () => {
    expect(hints([0], [1, 1], false)).toEqual(['look', 'wait', null]);
    expect(hints([1, 0], [], false)).toEqual(['wait', 'look']);
  });
});
