import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictureFolder } from '../test/picture-folder.js';
import { pngChunk, textBomb, writePng } from '../test/png-writer.js';
import { hasOnlyPictureChunks, keepPictureChunks } from './png-chunks.js';

let folder: PictureFolder;
beforeAll(async () => {
  folder = await PictureFolder.create();
});
afterAll(async () => folder.remove());

const PLAIN = { width: 20, height: 20 };

describe('hasOnlyPictureChunks', () => {
  it.each([
    ['nothing but a picture', {}, true],
    ['an orientation', { extra: [pngChunk('eXIf', Buffer.alloc(26))] }, true],
    ['text', { extra: [textBomb(100)] }, false],
    ['animation', { extra: [pngChunk('acTL', Buffer.alloc(8))] }, false],
    ['a tail', { tail: Buffer.from('PK') }, false],
    // More chunks, and one larger, than it looks at in one go.
    ['many chunks', { extra: Array<Buffer>(30_000).fill(pngChunk('gAMA', Buffer.alloc(4))) }, true],
    ['a large chunk', { extra: [pngChunk('iCCP', Buffer.alloc(700_000))] }, true],
    ['text behind a large chunk', { extra: [pngChunk('iCCP', Buffer.alloc(700_000)), textBomb(9)] }, false],
  ])('looks for what a picture does not need: %s', async (_name, extra, expected) => {
    const png = writePng({ ...PLAIN, ...extra });
    expect(await hasOnlyPictureChunks(await folder.put('picture.png', png))).toBe(expected);
    expect(keepPictureChunks(png).equals(png)).toBe(expected);
  });

  it('refuses every cut, and an unknown part, as keepPictureChunks does', async () => {
    const png = writePng({ ...PLAIN, extra: [pngChunk('gAMA', Buffer.alloc(4))] });
    const wrong = [
      ...Array.from({ length: png.length - 33 }, (_, index) => png.subarray(0, 33 + index)),
      writePng({ ...PLAIN, extra: [pngChunk('XyZz', Buffer.alloc(4))] }),
      Buffer.concat([png.subarray(0, 33), pngChunk('IEND')]),
    ];
    for (const data of wrong) {
      expect(() => keepPictureChunks(data)).toThrow(/^The file is damaged/);
      const path = await folder.put('wrong.png', data);
      await expect(hasOnlyPictureChunks(path)).rejects.toMatchObject({ code: 'image_damaged' });
    }
  });
});
