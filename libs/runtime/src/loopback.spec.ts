import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback.js';

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])(
    '%s is',
    (name) => {
      expect(isLoopback(name)).toBe(true);
    },
  );

  it.each(['0.0.0.0', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '::'])(
    '%s is not',
    (name) => {
      expect(isLoopback(name)).toBe(false);
    },
  );
});
