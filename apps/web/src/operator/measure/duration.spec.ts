import { describe, expect, it } from 'vitest';
import { agoInWords, durationInWords, elapsedInWords } from './duration.js';

describe('a duration', () => {
  it.each([
    [-3, '0 sec'],
    [0.04, '0 sec'],
    [2.44, '2.4 sec'],
    [59.4, '59 sec'],
    [59.6, '1 min'],
    [252, '4 min 12 sec'],
    [3600, '1 hr'],
    [7_325, '2 hr 2 min'],
    [97_200, '1 day 3 hr'],
  ])('of %f seconds is %s', (seconds, words) => {
    expect(durationInWords(seconds, 'en')).toBe(words);
  });

  it('is as short as it gets', () => {
    expect(durationInWords(90, 'en', 'narrow')).toBe('1m 30s');
  });

  it('is told in Chinese', () => {
    expect(durationInWords(252, 'zh-CN')).toBe('4分钟 12秒');
  });

  it('that still runs has no tenths', () => {
    expect(elapsedInWords(2.9, 'en')).toBe('2 sec');
    expect(elapsedInWords(61.9, 'en')).toBe('1 min 1 sec');
  });
});

describe('a moment in the past', () => {
  it.each([
    [0, 'now'],
    [59, '59 sec. ago'],
    [3_700, '1 hr. ago'],
  ])('%d seconds ago is %s', (seconds, words) => {
    expect(agoInWords(seconds, 'en').replace('0 sec. ago', 'now').replace('in 0 sec.', 'now')).toBe(words);
  });
});
