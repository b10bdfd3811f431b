import { describe, expect, it } from 'vitest';
import { checkPhoto } from './check-photo.js';

const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const file = (bytes: number[] | string, length = 64) => {
  const head = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes);
  const whole = new Uint8Array(Math.max(length, head.length));
  whole.set(head);
  return new Blob([whole]);
};

describe('a photo before it is sent', () => {
  it.each([
    ['JPEG', file(JPEG)],
    ['PNG', file(PNG)],
    ['BMP', file('BM6')],
    ['a JPEG of exactly 20 MB', file(JPEG, 20 * 1024 * 1024)],
  ])('%s is taken', async (_, photo) => {
    expect(await checkPhoto(photo)).toBeNull();
  });

  it.each([
    ['an empty file', new Blob([]), 'image_damaged'],
    ['a PDF', file('%PDF-1.7'), 'unsupported_format'],
    ['an SVG', file('<svg xmlns='), 'unsupported_format'],
    ['a GIF', file('GIF89a'), 'unsupported_format'],
    ['a cut PNG signature', file(PNG.slice(0, 4)), 'unsupported_format'],
    ['an iPhone photo', file('\0\0\0\x20ftypheic'), 'heic_photo'],
    ['one byte above 20 MB', file(JPEG, 20 * 1024 * 1024 + 1), 'file_too_large'],
  ])('%s is not', async (_, photo, problem) => {
    expect(await checkPhoto(photo)).toBe(problem);
  });

  it('is reported when the device cannot read it', async () => {
    const broken = {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }),
    };
    expect(await checkPhoto(broken as unknown as Blob)).toBe('unreadable');
  });
});
