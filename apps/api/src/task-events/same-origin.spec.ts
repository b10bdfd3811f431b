import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { sameOrigin } from './same-origin.js';

const from = (origin: string | undefined, host = 'photos.example:3000') =>
  ({ headers: { origin, host } }) as IncomingMessage;

describe('sameOrigin', () => {
  it('takes our own page and programs that send no origin', () => {
    expect(sameOrigin(from('http://photos.example:3000'), [])).toBe(true);
    expect(sameOrigin(from(undefined), [])).toBe(true);
  });

  it.each([
    'http://evil.example',
    'http://photos.example',
    'http://photos.example:3000.evil.example',
    'null',
    '',
  ])('refuses %j', (origin) => {
    expect(sameOrigin(from(origin), [])).toBe(false);
  });

  it('takes what the operator allows', () => {
    expect(sameOrigin(from('https://other.example'), ['https://other.example'])).toBe(true);
  });
});
