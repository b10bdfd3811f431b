import { expect, it } from 'vitest';
import { queryString } from './query-string.js';

it('names what is given, and nothing else', () => {
  expect(queryString({ q: 'a b&c', state: 'failed', from: undefined, to: null, type: '', limit: 50 })).toBe(
    '?q=a+b%26c&state=failed&limit=50',
  );
  expect(queryString({ q: '' })).toBe('');
});
