import { expect, it } from 'vitest';
import { bytesInWords } from './bytes.js';

it.each([
  [0, '0 byte'],
  [1023, '1,023 byte'],
  [1536, '2 kB'],
  [20 * 1024 ** 2, '20 MB'],
  [23.5 * 1024 ** 3, '23.5 GB'],
  [931 * 1024 ** 3, '931 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes, 'en')).toBe(words);
});
