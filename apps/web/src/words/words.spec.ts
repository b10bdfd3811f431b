import {
  DELAY_REASONS,
  FAILURE_CODES,
  PLACE_REASONS,
  PROBLEM_CODES,
  type ProblemCode,
  type TaskProgress,
} from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { PHASES, type PhotoProblem } from '../photo/photo.js';
import { chooseLanguage } from './choose-language.js';
import { english as first } from './en/index.js';
import { operator as operatorInEnglish } from './en/operator.js';
import type { Language } from './language.js';
import { readSentences, type Sentence } from './sentences.js';
import { readUses, WordUse } from './word-uses.js';
import { chinese as firstInChinese } from './zh-CN/index.js';
import { operator as operatorInChinese } from './zh-CN/operator.js';

/** With the room whose words come with it. */
const english = { ...first, operator: operatorInEnglish };
const chinese = { ...firstInChinese, operator: operatorInChinese };

const LANGUAGES = ['en', 'zh-CN'] as const satisfies Language[];
const SENTENCES: Record<Language, ReadonlyMap<string, Sentence>> = {
  en: readSentences(english),
  'zh-CN': readSentences(chinese, english),
};
const KEYS = [...SENTENCES.en.keys()];
const textsOf = (language: Language, key: string): string[] => [
  ...(SENTENCES[language].get(key)?.texts.values() ?? []),
];

describe('the words of all rooms', () => {
  it('have the same keys in both languages', () => {
    expect([...SENTENCES['zh-CN'].keys()].toSorted()).toEqual(KEYS.toSorted());
  });

  it.each(LANGUAGES)('in %s are whole sentences, without what only programs read', (language) => {
    const wrong = [...SENTENCES[language]].flatMap(([key, { texts }]) =>
      [...texts.values()].filter((text) => !isWellFormed(text)).map((text) => `${key}: ${text}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(LANGUAGES)('in %s have the plural forms that the language has', (language) => {
    const wrong = [...SENTENCES[language]].flatMap(([key, { kind, texts }]) => {
      if (kind === 'plain') return [];
      const wanted = new Intl.PluralRules(language, { type: kind }).resolvedOptions().pluralCategories;
      const forms = [...texts.keys()];
      return sameSet(forms, wanted) ? [] : [`${key}: ${forms.join()} for ${wanted.join()}`];
    });
    expect(wrong).toEqual([]);
  });

  it('are of the same kind in both languages', () => {
    const kindsOf = (language: Language) => KEYS.map((key) => `${key} ${SENTENCES[language].get(key)?.kind}`);
    expect(kindsOf('zh-CN')).toEqual(kindsOf('en'));
  });

  it('take the same values in both languages', () => {
    const valuesOf = (language: Language) =>
      KEYS.map((key) => `${key} {${SENTENCES[language].get(key)?.values.join()}}`);
    expect(valuesOf('zh-CN')).toEqual(valuesOf('en'));
  });

  it('are in the language that they are said to be in', () => {
    const han = /\p{Script=Han}/u;
    // The switch of languages names each in itself.
    const notSwitch = KEYS.filter((key) => !/\blanguage\b/.test(key));
    expect(notSwitch.filter((key) => textsOf('en', key).some((text) => han.test(text)))).toEqual([]);
    expect(
      notSwitch.filter((key) => textsOf('zh-CN', key).some((text) => hasWords(text) && !han.test(text))),
    ).toEqual([]);
  });
});

/** What only this page can find out; the type has to be changed together with it. */
const PROBLEMS_OF_THE_PAGE: Record<Exclude<PhotoProblem, ProblemCode>, true> = {
  offline: true,
  heic_photo: true,
  unreadable: true,
  duplicate: true,
};
const STAGES: Record<TaskProgress['stage'], true> = {
  preparing: true,
  waiting_for_engine: true,
  running: true,
  saving: true,
};
const PROBLEMS = [...PROBLEM_CODES, ...Object.keys(PROBLEMS_OF_THE_PAGE)];

describe.each(LANGUAGES)('in %s', (language) => {
  it.each([
    ...PROBLEMS.map((code) => `problem:${code}`),
    ...FAILURE_CODES.map((code) => `failure:${code}`),
    ...DELAY_REASONS.map((reason) => `photo:why.delayed.${reason}`),
    ...DELAY_REASONS.map((reason) => `photo:held_up.${reason}`),
    ...PLACE_REASONS.map((reason) => `photo:why.moved_back.${reason}`),
  ])('%s is a plain sentence that shows no code', (key) => {
    expect(textsOf(language, key)).not.toEqual([]);
    for (const text of textsOf(language, key)) {
      expect(text).toMatch(/[.?。？]$/);
      expect(text).not.toMatch(/[a-z]_[a-z]/);
    }
  });

  it.each([
    ...PHASES.map((phase) => `photo:now.${phase}`),
    ...Object.keys(STAGES).map((stage) => `photo:now.${stage}`),
  ])('%s says where a photo is', (key) => {
    expect(textsOf(language, key)).not.toEqual([]);
  });

  it('no sentence speaks of a problem that does not exist', () => {
    const known = new Set([
      ...PROBLEMS.map((code) => `problem:${code}`),
      ...FAILURE_CODES.map((code) => `failure:${code}`),
    ]);
    const told = [...SENTENCES[language].keys()].filter((key) => /^(problem|failure):/.test(key));
    expect(told.filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('the source of the page', () => {
  const { calls, mentions } = readUses(new URL('..', import.meta.url), Object.keys(english));

  it('asks only for sentences that there are, with the values that they take', () => {
    expect(calls.length).toBeGreaterThan(50);
    expect(calls.flatMap((call) => call.complaintsAbout(SENTENCES.en))).toEqual([]);
  });

  it('says every sentence somewhere', () => {
    expect(KEYS.filter((key) => !mentions(key))).toEqual([]);
  });
});

describe('what is wrong', () => {
  const sentences = readSentences({
    album: {
      title: 'Photos of {{name}}',
      ready_one: 'One of {{total}} photos',
      ready_other: '{{count, number}} of {{total}} photos',
      place_ordinal_other: '{{count}}th',
      choose_other: 'Choose another one',
    },
  });
  const complaints = (key: string, values: string[] | null) =>
    new WordUse('a.tsx:1', [key], values).complaintsAbout(sentences).length;

  it('is found in what the source asks for', () => {
    expect(complaints('album:titel', [])).toBe(1);
    expect(complaints('album:title', [])).toBe(1);
    expect(complaints('album:title', ['name'])).toBe(0);
    expect(complaints('album:ready', ['total'])).toBe(1);
    expect(complaints('album:ready', ['total', 'count'])).toBe(0);
    expect(complaints('album:place', ['count'])).toBe(1);
    expect(complaints('album:place', ['count', 'ordinal'])).toBe(0);
    expect(complaints('album:choose_other', null)).toBe(0);
  });

  it('is found in plural forms', () => {
    expect([...(sentences.get('album:ready')?.texts.keys() ?? [])]).toEqual(['one', 'other']);
    expect(sentences.get('album:ready')).toMatchObject({ kind: 'cardinal', values: ['count', 'total'] });
    expect(sentences.get('album:choose_other')?.kind).toBe('plain');
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

/** Not empty, trimmed, every brace closed, nothing of another way to write values. */
function isWellFormed(text: string): boolean {
  const bare = text.replaceAll(/\{\{\w+(, \w+)?\}\}/g, '');
  return text !== '' && text === text.trim() && !/[{}<>]|\$t\(|undefined|\[object/.test(bare);
}

/** A number, a sign, or a name such as "Unicode (UTF-8)" is the same in both languages. */
function hasWords(text: string): boolean {
  const words = text.replaceAll(/\{\{.*?\}\}/g, '').match(/[a-z]{2,}/gi) ?? [];
  return words.length > 2 || (words.length > 0 && !/\d|[A-Z]{2}/.test(text));
}

function sameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
