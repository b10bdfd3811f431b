import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeBmp } from '../test/bmp-writer.js';
import { pngChunk, writePng } from '../test/png-writer.js';
import { stripMetadata } from './strip-metadata.js';

const workflow = pngChunk('tEXt', Buffer.from('prompt\0{"3":{"class_type":"LoadImage"}}', 'latin1'));

describe('stripMetadata', () => {
  it('removes the workflow that an engine wrote into its picture', async () => {
    const { data, width, height } = await stripMetadata(
      writePng({ width: 40, height: 30, extra: [workflow] }),
    );
    expect([width, height]).toEqual([40, 30]);
    expect(data.includes('class_type')).toBe(false);
    expect(await sharp(data).metadata()).toMatchObject({ format: 'png', channels: 3, width: 40, height: 30 });
  });

  it('keeps the pixels as they are', async () => {
    const raw = Buffer.from(Array.from({ length: 20 * 20 * 3 }, (_, index) => (index * 37) % 256));
    const source = await sharp(raw, { raw: { width: 20, height: 20, channels: 3 } })
      .png()
      .toBuffer();
    const { data } = await stripMetadata(source, { width: 20, height: 20 });
    expect(await sharp(data).raw().toBuffer()).toEqual(raw);
  });

  it('stretches to the asked size', async () => {
    const { data, width, height } = await stripMetadata(writePng({ width: 64, height: 32 }), {
      width: 61,
      height: 35,
    });
    expect([width, height]).toEqual([61, 35]);
    expect(await sharp(data).metadata()).toMatchObject({ width: 61, height: 35 });
  });

  it('does not change the buffer it was given', async () => {
    const source = writePng({ width: 40, height: 30, extra: [workflow] });
    const before = Buffer.from(source);
    await stripMetadata(source);
    expect(source.equals(before)).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'image_damaged'],
    ['a page', Buffer.from('<html>502 Bad Gateway</html>'), 'unsupported_format'],
    ['a bitmap', writeBmp({ width: 40, height: 30, bits: 24 }), 'unsupported_format'],
    ['one pixel', writePng({ width: 1, height: 1 }), 'image_too_small'],
    ['a bomb', writePng({ width: 40_000, height: 40_000, data: Buffer.alloc(9) }), 'image_too_many_pixels'],
    ['broken pixels', writePng({ width: 40, height: 30, data: Buffer.alloc(9) }), 'image_damaged'],
  ])('refuses an engine that returns %s', async (_name, source, code) => {
    await expect(stripMetadata(source)).rejects.toMatchObject({ name: 'ImageError', code });
  });
});
