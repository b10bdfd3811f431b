import { describe, expect, it } from 'vitest';
import { readIdempotencyKey } from './idempotency-key.js';

describe('readIdempotencyKey', () => {
  it('takes any visible ASCII as it is', () => {
    expect(readIdempotencyKey(undefined)).toBeNull();
    expect(readIdempotencyKey('"8e03978e-40d5-43dd-bc93-6894a57f9324"')).toBe(
      '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    );
    expect(readIdempotencyKey('!~')).toBe('!~');
    expect(readIdempotencyKey('k'.repeat(255))).toHaveLength(255);
  });

  it.each([
    ['nothing', ''],
    ['a space', 'a b'],
    ['two headers', 'a, b'],
    ['too much', 'k'.repeat(256)],
    ['other letters', '奶奶'],
    ['a control character', 'a\u0007'],
  ])('refuses %s', (_, sent) => {
    expect(() => readIdempotencyKey(sent)).toThrow('invalid_request.idempotency_key');
  });
});
