import { describe, expect, it } from 'vitest';
import { storedSize, type Size } from './result-size.js';

const size = ([width, height]: readonly number[]): Size => ({ width: width!, height: height! });

describe('storedSize', () => {
  it.each([
    ['the same', [640, 481], [640, 481]],
    ['the multiple of 8 below', [640, 480], [640, 481]],
    ['the multiple of 8 above', [640, 488], [640, 481]],
    ['multiples of 16 on both sides', [112, 96], [100, 100]],
    ['multiples of 32 on both sides', [128, 96], [100, 100]],
    ['more than a tiny one had', [32, 32], [16, 17]],
  ])('takes for a photo %s: %j of %j', (_what, found, input) => {
    expect(storedSize(size(found), size(input), 'same')).toEqual(size(input));
  });

  it.each([
    ['one pixel', [1, 1], [640, 480], 'same'],
    ['one pixel for a tiny photo', [1, 1], [16, 16], 'same'],
    ['it lying on its side', [480, 640], [640, 480], 'same'],
    ['half of it', [320, 240], [640, 480], 'same'],
    ['a multiple of 8 further away', [624, 480], [640, 480], 'same'],
    ['nearly the multiple', [97, 96], [100, 100], 'same'],
    ['a multiple of 8 here and one of 32 there', [104, 128], [100, 100], 'same'],
    ['it unscaled', [640, 480], [640, 480], { scale: 2 }],
    ['it scaled too much', [1282, 960], [640, 480], { scale: 2 }],
    ['one pixel where any size will do', [1, 1], [640, 480], 'any'],
    ['a line where any size will do', [5000, 20], [640, 480], 'any'],
  ] as const)('refuses %s', (_what, found, input, expected) => {
    expect(() => storedSize(size(found), size(input), expected)).toThrow(/pixels/);
  });

  it.each([
    [[1280, 960], [640, 480], 2],
    [[151, 112], [101, 75], 1.5],
    [[152, 113], [101, 75], 1.5],
    [[8, 8], [16, 16], 0.5],
  ])('takes %j for %j times %d, however a half is rounded', (found, input, scale) => {
    expect(storedSize(size(found), size(input), { scale })).toEqual(size(found));
  });

  it('takes any other sane size where any will do', () => {
    expect(storedSize(size([512, 512]), size([640, 480]), 'any')).toEqual(size([512, 512]));
  });

  it('says what it found and what it wanted', () => {
    expect(() => storedSize(size([1, 1]), size([101, 75]), { scale: 1.5 })).toThrow(
      "The engine's picture has 1 x 1 pixels; 152 x 113 pixels were to be expected.",
    );
  });
});
