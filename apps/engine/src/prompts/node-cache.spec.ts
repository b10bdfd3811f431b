import { describe, expect, it } from 'vitest';
import { NodeCache } from './node-cache.js';

const image = (bytes: number) => ({ data: new Uint8Array(bytes), width: bytes / 3, height: 1 });

describe('NodeCache', () => {
  it('drops the least recently used when the pixels take too much', () => {
    const cache = new NodeCache(10_000);
    cache.set('a', { outputs: [image(3000)] });
    cache.set('b', { outputs: [image(3000)] });
    expect(cache.get('a')).toBeDefined();
    cache.set('c', { outputs: [image(3000)] });
    expect([cache.get('a') !== undefined, cache.get('b')]).toEqual([true, undefined]);
  });

  it('keeps nothing that is larger than all it may take, and nothing at all at 0', () => {
    const cache = new NodeCache(10_000);
    cache.set('big', { outputs: [image(30_000)] });
    expect(cache.get('big')).toBeUndefined();
    const none = new NodeCache(0);
    none.set('a', { ui: {} });
    expect(none.get('a')).toBeUndefined();
  });
});
