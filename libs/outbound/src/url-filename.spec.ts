import { describe, expect, it } from 'vitest';
import { urlFilename } from './url-filename.js';

describe('urlFilename', () => {
  it.each([
    ['/images/bw_photo.jpg?size=2#x', 'bw_photo.jpg'],
    ['/%E5%A5%B6%E5%A5%B61953%E5%B9%B4.jpg', '奶奶1953年.jpg'],
    ['/a/奶奶.jpg', '奶奶.jpg'],
    ['/a%20b.jpg', 'a b.jpg'],
    ['/..%2f..%2fetc%2fpasswd', 'passwd'],
    ['/..%5c..%5cx.jpg', 'x.jpg'],
    ['/a%00b%0d%0a.jpg', 'ab.jpg'],
    ['/a%E2%80%AEgpj.exe', 'agpj.exe'],
    ['/%E2%80%8B%EF%BB%BF.jpg', '.jpg'],
    ['/%ff%fe.jpg', '%ff%fe.jpg'],
    ['/%E4%BD', '%E4%BD'],
    ['/', ''],
    ['', ''],
    ['/folder/', ''],
    ['/%2e%2e', ''],
    ['/a%2f..', ''],
    ['/...', ''],
    ['/%20', ''],
  ])('%s is "%s"', (path, expected) => {
    expect(urlFilename(new URL(`https://photos.example${path}`))).toBe(expected);
  });

  it('keeps 255 bytes, and no half character', () => {
    const name = urlFilename(new URL(`https://photos.example/${'a'.repeat(254)}${'年'.repeat(9)}.jpg`));
    expect(name).toBe('a'.repeat(254));
    expect(Buffer.byteLength(urlFilename(new URL(`https://photos.example/${'😀'.repeat(99)}`)))).toBe(252);
  });
});
