import { describe, expect, it } from 'vitest';
import { hashToken, newToken, tokenKind } from './token.js';

describe('a token', () => {
  it.each(['visitor', 'key', 'link'] as const)(
    'of a %s has 256 bits and tells what it stands for',
    (kind) => {
      const tokens = Array.from({ length: 100 }, () => newToken(kind));
      expect(new Set(tokens).size).toBe(100);
      for (const token of tokens) {
        expect(token).toMatch(/^pr[vkl]_[\w-]{43}$/);
        expect(tokenKind(token)).toBe(kind);
      }
    },
  );

  it('is kept as its SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each([
    '',
    'prk_',
    'prk_short',
    `PRK_${'a'.repeat(43)}`,
    `prx_${'a'.repeat(43)}`,
    `prk_${'a'.repeat(201)}`,
  ])('is not %j', (text) => {
    expect(tokenKind(text)).toBeUndefined();
  });

  it.each([`prk_${'a'.repeat(42)}\n`, `prk_${'a'.repeat(42)} `, `prk_${'a'.repeat(30)}';--`])(
    'holds nothing but letters, digits, - and _: %j',
    (text) => {
      expect(tokenKind(text)).toBeUndefined();
    },
  );
});
