import sharp from 'sharp';
import { expect, it } from 'vitest';
import { addPngText, asciiJson } from './png-text.js';

it('adds text chunks that libvips reads, and leaves the picture as it was', async () => {
  const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const text = asciiJson({ 名: 'é😀' });
  const withText = addPngText(png, { prompt: text, other: 'x' });
  const { comments } = await sharp(withText).metadata();
  expect(comments).toEqual([
    { keyword: 'prompt', text },
    { keyword: 'other', text: 'x' },
  ]);
  expect(JSON.parse(text)).toEqual({ 名: 'é😀' });
  expect(text).toMatch(/^[\x20-\x7e]*$/);
  expect(await sharp(withText).raw().toBuffer()).toEqual(await sharp(png).raw().toBuffer());
});
