import { describe, expect, it } from 'vitest';
import { isForeignHost, isForeignOrigin } from './foreign-site.js';

const open = { loopbackOnly: false, allowedOrigins: [] };
const local = { loopbackOnly: true, allowedOrigins: [] };
const host = 'photos.example:3000';

describe('isForeignOrigin', () => {
  it('takes our own page and programs that send no origin', () => {
    expect(isForeignOrigin({ host, origin: 'http://photos.example:3000' }, open)).toBe(false);
    expect(isForeignOrigin({ host }, open)).toBe(false);
  });

  it.each([
    'http://evil.example',
    'http://photos.example',
    'http://photos.example:3000.evil.example',
    'null',
    '',
  ])('refuses %j', (origin) => {
    expect(isForeignOrigin({ host, origin }, open)).toBe(true);
  });

  it('refuses what the browser says comes from elsewhere, also without an origin', () => {
    expect(isForeignOrigin({ host, 'sec-fetch-site': 'cross-site' }, open)).toBe(true);
  });

  it('takes what the operator allows', () => {
    const rules = { ...open, allowedOrigins: ['https://other.example'] };
    expect(
      isForeignOrigin({ host, origin: 'https://other.example', 'sec-fetch-site': 'cross-site' }, rules),
    ).toBe(false);
  });
});

describe('isForeignHost', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'photos.localhost'])(
    'takes %s on loopback',
    (name) => {
      expect(isForeignHost({ host: name }, local)).toBe(false);
    },
  );

  it.each(['evil.example:3000', '127.0.0.1.evil.example', '', 'a b'])('refuses %j on loopback', (name) => {
    expect(isForeignHost({ host: name }, local)).toBe(true);
  });

  it('takes any name where it listens to the outside, and a proxy in front that the operator names', () => {
    expect(isForeignHost({ host }, open)).toBe(false);
    expect(
      isForeignHost({ host: 'photos.example' }, { ...local, allowedOrigins: ['https://photos.example'] }),
    ).toBe(false);
  });
});
