import { describe, expect, it } from 'vitest';
import type { ColouriseOptions, RgbImage } from '../colour/colouriser.js';
import { EngineFolders } from '../storage/engine-folders.js';
import { colourise } from './colourise.js';
import type { NodeRun } from './node.js';

const PICTURE: RgbImage = { data: new Uint8Array(3), width: 1, height: 1 };

/** A run whose colouriser does only what the test says. */
function runWith(work: (options: ColouriseOptions) => void, told: number[] = []): NodeRun {
  return {
    folders: new EngineFolders('unused'),
    colouriser: {
      colouring: 'preview',
      colourise: async (image, options) => {
        work(options);
        return image;
      },
      close: async () => {},
    },
    signal: new AbortController().signal,
    onProgress: (value) => void told.push(value),
    graph: {},
    extraData: {},
  };
}

describe('colourise', () => {
  it('hands size and signal on', async () => {
    const seen: ColouriseOptions[] = [];
    const run = runWith((options) => seen.push(options));
    expect(await colourise(PICTURE, 480, run)).toBe(PICTURE);
    expect(seen).toMatchObject([{ size: 480, signal: run.signal }]);
  });

  it('tells each hundredth once and never goes back', async () => {
    const told: number[] = [];
    const fractions = [0, 0.001, 0.25, 0.2501, 0.1, 0.999, 1, 1.5];
    await colourise(
      PICTURE,
      512,
      runWith(({ onProgress }) => fractions.forEach(onProgress), told),
    );
    expect(told).toEqual([25, 99, 100]);
  });

  it.each([
    [460, 'Expected size 56 but got size 57'],
    [680, 'Expected size 84 but got size 85'],
    [496, 'Expected size 30 but got size 31'],
    [482, 'Expected size 480 but got size 482'],
  ])('fails at %i as the network does', async (size, text) => {
    const attempt = colourise(
      PICTURE,
      size,
      runWith(() => {}),
    );
    await expect(attempt).rejects.toMatchObject({
      exceptionType: 'RuntimeError',
      message: expect.stringContaining(text) as string,
    });
  });
});
