import { expect, it } from 'vitest';
import { fitTo, textWidth } from './text-width.js';

it.each([
  ['abc', 3],
  ['奶奶1953年', 10],
  ['é', 1],
  ['한글', 4],
])('%s takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

it('cuts and pads to whole columns, also between wide characters', () => {
  expect(fitTo('ab', 4)).toBe('ab  ');
  expect(fitTo('abcdef', 4)).toBe('abc…');
  expect(fitTo('奶奶奶奶', 4)).toBe('奶… ');
});
