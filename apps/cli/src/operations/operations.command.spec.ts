import { expect, it } from 'vitest';
import { matchOf } from './operations.command.js';

it('wants to be told in one way which photos are meant', () => {
  expect(matchOf(['a', 'b'], { all: false })).toEqual({ task_ids: ['a', 'b'] });
  expect(matchOf([], { all: false, failure: 'bad_image' })).toEqual({ failure: 'bad_image' });
  expect(matchOf([], { all: true })).toEqual({});
  for (const [ids, flags] of [
    [[], { all: false }],
    [['a'], { all: true }],
    [['a'], { all: false, type: 'person' }],
    [[], { all: true, type: 'person' }],
  ] as const) {
    expect(() => matchOf(ids, flags)).toThrow('Which photos?');
  }
});
