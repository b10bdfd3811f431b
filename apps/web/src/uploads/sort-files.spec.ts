import { describe, expect, it } from 'vitest';
import { isLeftover } from './leftover.js';
import { sortFiles } from './sort-files.js';

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]);

describe('files that were added', () => {
  it('are photos, files that were meant as photos, and what came along with them', async () => {
    const { photos, skipped } = await sortFiles([
      new File([JPEG], 'a.jpg'),
      new File([JPEG], 'no ending'),
      new File(['%PDF-1.7'], 'letter.pdf'),
      new File(['%PDF-1.7'], 'letter.jpg'),
      new File(['\0\0\0\x20ftypheic'], 'IMG_1.HEIC'),
      new File(['II*\0'], 'scan.tif'),
      new File(['<html>'], 'sent by a phone', { type: 'image/jpeg' }),
      new File([], 'folder'),
      new File([], 'empty.jpg'),
    ]);
    expect(photos.map(({ file, problem }) => [file.name, problem])).toEqual([
      ['a.jpg', null],
      ['no ending', null],
      ['letter.jpg', 'unsupported_format'],
      ['IMG_1.HEIC', 'heic_photo'],
      ['scan.tif', 'unsupported_format'],
      ['sent by a phone', 'unsupported_format'],
      ['empty.jpg', 'image_damaged'],
    ]);
    expect(skipped).toEqual(['letter.pdf', 'folder']);
  });

  it.each([
    ['.DS_Store', true],
    ['._IMG_1.jpg', true],
    ['Thumbs.db', true],
    ['desktop.ini', true],
    ['thumbs.db.jpg', false],
    ['a.jpg', false],
  ])('%s was put there by the system: %s', (name, expected) => {
    expect(isLeftover(name)).toBe(expected);
  });
});
