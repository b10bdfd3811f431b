import { describe, expect, it } from 'vitest';
import { attachment, displayFilename, restoredFilename } from './filename.js';

describe('displayFilename', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\photo.jpg', 'photo.jpg'],
    ['/abs/photo.png', 'photo.png'],
    ['', 'photo'],
    ['   ', 'photo'],
    ['a\u0000b\u202E.jpg', 'ab.jpg'],
    ['zero\u200Bwidth.jpg', 'zerowidth.jpg'],
  ])('shows %j as %j', (sent, shown) => {
    expect(displayFilename(sent)).toBe(shown);
  });

  it('keeps Chinese names', () => {
    expect(displayFilename('奶奶1953年.jpg')).toBe('奶奶1953年.jpg');
  });

  it('shortens by characters, never in the middle of one', () => {
    const shown = displayFilename('\u{1F600}'.repeat(300));
    expect(Array.from(shown)).toHaveLength(200);
  });
});

describe('restoredFilename', () => {
  it.each([
    ['a.jpg', 'a_restored.png'],
    ['a.b.jpeg', 'a.b_restored.png'],
    ['奶奶', '奶奶_restored.png'],
  ])('names the result of %s %s', (name, restored) => {
    expect(restoredFilename(name)).toBe(restored);
  });
});

describe('attachment', () => {
  it('carries any name and cannot be broken out of', () => {
    expect(attachment('奶"奶\\.png')).toBe(
      `attachment; filename="____.png"; filename*=UTF-8''%E5%A5%B6%22%E5%A5%B6%5C.png`,
    );
  });
});
