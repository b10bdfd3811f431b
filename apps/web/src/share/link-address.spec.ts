import { describe, expect, it } from 'vitest';
import { linkAddress } from './link-address.js';
import { readLinkToken } from './link-token.js';

const origin = 'https://photos.example';

describe('linkAddress', () => {
  it.each([
    ['/', 'https://photos.example/#link=prl_abc'],
    ['/index.html', 'https://photos.example/#link=prl_abc'],
    ['/old/photos/', 'https://photos.example/old/photos/#link=prl_abc'],
    ['/old/photos/index.html', 'https://photos.example/old/photos/#link=prl_abc'],
  ])('leads back to the page that is at %s', (pathname, address) => {
    expect(linkAddress('/#link=prl_abc', { origin, pathname })).toBe(address);
  });

  it('makes what the page reads the token of', () => {
    const { hash } = new URL(linkAddress('/#link=prl_a-b_c', { origin, pathname: '/' }));
    expect(readLinkToken(hash)).toBe('prl_a-b_c');
  });
});

describe('readLinkToken', () => {
  it.each(['', '#', '#/albums/1', '#link=', '#/link=abc', '#other=1&link=abc'])(
    'finds none in "%s"',
    (hash) => {
      expect(readLinkToken(hash)).toBeNull();
    },
  );
});
