import { FAILURE_CODES, PROBLEM_CODES } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, place, say, WORDS, type Language, type WordKey } from './words.js';

const LANGUAGES = Object.keys(WORDS) as Language[];
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).toSorted();

describe('the words', () => {
  it('have the same keys in every language, none of them empty', () => {
    const english = Object.keys(WORDS.en);
    expect(LANGUAGES.length).toBe(2);
    for (const language of LANGUAGES) {
      expect(Object.keys(WORDS[language])).toEqual(english);
      for (const text of Object.values(WORDS[language])) expect(text.trim()).not.toBe('');
    }
  });

  it.each(Object.keys(WORDS.en) as WordKey[])('%s takes the same values in every language', (key) => {
    for (const language of LANGUAGES) expect(namesIn(WORDS[language][key])).toEqual(namesIn(WORDS.en[key]));
  });

  it.each([
    ...PROBLEM_CODES.map((code) => `problem.${code}`),
    ...FAILURE_CODES.map((code) => `failure.${code}`),
  ])('%s has a plain sentence that does not show the code', (key) => {
    for (const language of LANGUAGES) {
      const text = WORDS[language][key as WordKey];
      expect(text).toBeTypeOf('string');
      expect(text).toMatch(/[.?。？]$/);
      expect(text).not.toMatch(/[a-z]_[a-z]/);
    }
  });

  it('are Chinese on the Chinese page, except the switch to English', () => {
    const others = Object.entries(WORDS['zh-CN']).filter(([key]) => key !== 'page.language');
    for (const [, text] of others) expect(text).toMatch(/\p{Script=Han}/u);
  });
});

describe('say', () => {
  it('fills in values', () => {
    expect(say('en', 'photo.sending', { percent: 45 })).toBe('Sending… 45%');
    expect(say('zh-CN', 'page.counter', { done: 2, total: 5 })).toBe('已完成 2/5');
  });

  it('refuses a sentence with a hole in it', () => {
    expect(() => say('en', 'photo.sending')).toThrow('{percent}');
  });
});

describe('place', () => {
  it.each([
    [2, '2nd', '第 2 位'],
    [3, '3rd', '第 3 位'],
    [4, '4th', '第 4 位'],
    [11, '11th', '第 11 位'],
    [21, '21st', '第 21 位'],
    [112, '112th', '第 112 位'],
  ])('%i is %s and %s', (position, english, chinese) => {
    expect(place('en', position)).toBe(english);
    expect(place('zh-CN', position)).toBe(chinese);
  });
});

describe('chooseLanguage', () => {
  it.each<[string | null, string[], Language]>([
    [null, ['zh-CN', 'en'], 'zh-CN'],
    [null, ['zh-TW'], 'zh-CN'],
    [null, ['de-DE', 'zh-Hans-CN', 'en'], 'zh-CN'],
    [null, ['en-GB', 'zh-CN'], 'en'],
    [null, ['fr'], 'en'],
    [null, [], 'en'],
    ['zh-CN', ['en'], 'zh-CN'],
    ['en', ['zh-CN'], 'en'],
    ['klingon', ['zh-CN'], 'zh-CN'],
  ])('%s with %j is %s', (chosen, preferred, language) => {
    expect(chooseLanguage(chosen, preferred)).toBe(language);
  });
});
