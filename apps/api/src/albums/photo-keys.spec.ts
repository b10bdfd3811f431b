import { describe, expect, it } from 'vitest';
import { photoKeys } from './photo-keys.js';

describe('photoKeys', () => {
  it('leaves the key of a single photo as it is', () => {
    expect(photoKeys('k', 1)).toEqual(['k']);
    expect(photoKeys(null, 2)).toEqual([null, null]);
  });

  it('gives each of several photos its own, the same at every repeat', () => {
    expect(photoKeys('k', 3)).toEqual(['k:0', 'k:1', 'k:2']);
  });

  it('fits what a key may be, however long it is', () => {
    const keys = photoKeys('k'.repeat(255), 100);
    expect(new Set(keys).size).toBe(100);
    expect(keys.every((key) => key!.length <= 255)).toBe(true);
    expect(photoKeys('k'.repeat(255), 100)).toEqual(keys);
  });
});
