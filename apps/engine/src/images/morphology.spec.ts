import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../colour/colouriser.js';
import { finish } from '../colour/time-slices.js';
import { morph, MORPHOLOGY_OPERATIONS, type MorphologyOperation } from './morphology.js';

/** A picture of one grey value a character: `.` is 100, `#` is 200, `o` is 50. */
function drawn(...rows: string[]): RgbImage {
  const grey = { '.': 100, '#': 200, o: 50 } as Record<string, number>;
  const data = rows.flatMap((row) => row.split('').flatMap((dot) => Array<number>(3).fill(grey[dot]!)));
  return { data: new Uint8Array(data), width: rows[0]!.length, height: rows.length };
}

function run(image: RgbImage, operation: MorphologyOperation, size: number): number[][] {
  const { data, width } = finish(morph(image, operation, size));
  const red = [...data].filter((_value, at) => at % 3 === 0);
  return Array.from({ length: image.height }, (_, y) => red.slice(y * width, (y + 1) * width));
}

const rowsOf = (image: RgbImage) => run(image, 'erode', 1);

/** A bright speck, a dark one at the edge, and a bright square that is as large as the kernel. */
const PICTURE = drawn(
  '.......', //
  '.#.....',
  '......o',
  '...###.',
  '...###.',
  '...###.',
  '.......',
);

describe('morph', () => {
  it('erodes: the dark grows, and the square of three shrinks to its middle', () => {
    expect(run(PICTURE, 'erode', 3)).toEqual(
      rowsOf(
        drawn(
          '.......', //
          '.....oo',
          '.....oo',
          '.....oo',
          '....#..',
          '.......',
          '.......',
        ),
      ),
    );
  });

  it('dilates: the bright grows, and the dark speck at the edge goes', () => {
    expect(run(PICTURE, 'dilate', 3)).toEqual(
      rowsOf(
        drawn(
          '###....', //
          '###....',
          '#######',
          '..#####',
          '..#####',
          '..#####',
          '..#####',
        ),
      ),
    );
  });

  it('opens: the bright speck goes, the square stays as it was', () => {
    expect(run(PICTURE, 'open', 3)).toEqual(
      rowsOf(
        drawn(
          '.......', //
          '.......',
          '......o',
          '...###.',
          '...###.',
          '...###.',
          '.......',
        ),
      ),
    );
  });

  it('closes: the dark speck goes, and nothing outside the picture counts', () => {
    expect(run(PICTURE, 'close', 3)).toEqual(
      rowsOf(
        drawn(
          '##.....', //
          '##.....',
          '.......',
          '...####',
          '...####',
          '...####',
          '...####',
        ),
      ),
    );
  });

  it('brings out what opening and closing take away', () => {
    const speck = [0, 0, 0, 0, 0, 0, 0];
    expect(run(PICTURE, 'top_hat', 3)).toEqual([
      speck,
      [0, 100, 0, 0, 0, 0, 0],
      ...Array<number[]>(5).fill(speck),
    ]);
    expect(run(PICTURE, 'bottom_hat', 3).map((row) => row[6])).toEqual([0, 0, 50, 100, 100, 100, 100]);
  });

  it('shows edges as the difference of the two', () => {
    expect(run(PICTURE, 'gradient', 3)[4]).toEqual([0, 0, 100, 100, 0, 100, 100]);
  });

  it('leaves things in their place with an even square', () => {
    // 2 wide and 2 high, so that a square of two fits in at one place only, and one of four nowhere.
    const square = drawn('......', '......', '..##..', '..##..', '......', '......');
    expect(run(square, 'open', 2)).toEqual(rowsOf(square));
    expect(run(square, 'close', 2)).toEqual(rowsOf(square));
    expect(run(square, 'open', 4)).toEqual(rowsOf(drawn(...Array<string>(6).fill('......'))));
  });

  it('takes a square that is larger than the picture', () => {
    expect(run(PICTURE, 'erode', 999)).toEqual(Array<number[]>(7).fill(Array<number>(7).fill(50)));
    expect(run(PICTURE, 'open', 999)).toEqual(Array<number[]>(7).fill(Array<number>(7).fill(50)));
  });

  it.each(MORPHOLOGY_OPERATIONS)('does not touch the picture that goes in (%s)', (operation) => {
    // A Buffer, as sharp gives it: its `slice` is no copy.
    const given = { ...PICTURE, data: Buffer.from(PICTURE.data) };
    const made = run(given, operation, 3);
    expect(new Uint8Array(given.data)).toEqual(PICTURE.data);
    expect(made).toEqual(run(PICTURE, operation, 3));
  });
});

describe('erode and dilate', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);

  it.each([1, 2, 3, 4, 5, 8, 13, 40])(
    `look at exactly the square of %i around each sample (seed ${seed})`,
    (size) => {
      const image = noise(17, 11, seed + size);
      const before = Math.floor(size / 2);
      const after = size - 1 - before;
      expect(finish(morph(image, 'erode', size)).data).toEqual(extremes(image, before, after, Math.min));
      expect(finish(morph(image, 'dilate', size)).data).toEqual(extremes(image, after, before, Math.max));
    },
  );
});

/** Three channels that have nothing to do with each other. */
function noise(width: number, height: number, seed: number): RgbImage {
  let state = seed;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >> 16;
  });
  return { data, width, height };
}

/** The same by looking at every sample of every square. */
function extremes(
  { data, width, height }: RgbImage,
  before: number,
  after: number,
  pick: (...values: number[]) => number,
): Uint8Array {
  return data.map((_value, at) => {
    const [c, x, y] = [at % 3, Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const seen: number[] = [];
    for (let row = Math.max(0, y - before); row <= Math.min(height - 1, y + after); row++)
      for (let column = Math.max(0, x - before); column <= Math.min(width - 1, x + after); column++)
        seen.push(data[(row * width + column) * 3 + c]!);
    return pick(...seen);
  });
}
