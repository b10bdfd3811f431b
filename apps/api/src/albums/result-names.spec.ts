import { describe, expect, it } from 'vitest';
import { portableName, ResultNames } from './result-names.js';

describe('portableName', () => {
  it.each([
    ['奶奶1953年.png', '奶奶1953年.png'],
    ['CON.png', 'CON_.png'],
    ['con.old.png', 'con_.old.png'],
    ['COM¹.png', 'COM¹_.png'],
    ['CONSTANCE.png', 'CONSTANCE.png'],
    ['a. .png', 'a.png'],
    [' a.png', 'a.png'],
    ['.bashrc.png', 'bashrc.png'],
    ['a<b>:c"d|e?f*g.png', 'a_b__c_d_e_f_g.png'],
    ['a/b\\c.png', 'a_b_c.png'],
    ['..png', 'photo.png'],
    ['\u0007.png', '_.png'],
  ])('%j becomes %j', (sent, expected) => {
    expect(portableName(sent, '.png')).toBe(expected);
  });

  it('keeps within what file systems take, and cuts no character in two', () => {
    const name = portableName(`${'😀年'.repeat(200)}.png`, '.png');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(204);
    expect(name).not.toMatch(/\p{Cs}/u);
  });

  it('composes what macOS sends taken apart', () => {
    expect(portableName('u\u0308.png', '.png')).toBe('ü.png');
  });
});

describe('ResultNames', () => {
  it('calls results after their photos', () => {
    const names = new ResultNames();
    expect(names.next('奶奶1953年.jpg')).toBe('奶奶1953年_restored.png');
    expect(names.next('CON.bmp')).toBe('CON_restored.png');
    expect(names.next('aux.old.jpg')).toBe('aux_.old_restored.png');
  });

  it('gives 200 photos of the same name 200 names, also where only letter case tells them apart', () => {
    const names = new ResultNames();
    const given = Array.from({ length: 200 }, (_, index) =>
      names.next(index % 2 ? 'Photo.JPG' : 'photo.jpg'),
    );
    expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(200);
    expect(given.slice(0, 3)).toEqual([
      'photo_restored.png',
      'Photo_restored (2).png',
      'photo_restored (3).png',
    ]);
  });

  it('is not misled by photos that are called like its own numbers', () => {
    const names = new ResultNames();
    const sent = ['a.jpg', 'a_restored (2).jpg', 'a.jpg', 'a.jpg', 'a_restored (2)_restored.jpg'];
    const given = sent.map((name) => names.next(name));
    expect(new Set(given).size).toBe(sent.length);
  });
});
