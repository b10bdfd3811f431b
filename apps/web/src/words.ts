import type { LocalizedText } from '@app/contracts';
import { english } from './words-en.js';
import { chinese } from './words-zh-cn.js';

export type Language = keyof LocalizedText;
export type WordKey = keyof typeof english;
export type WordValues = Readonly<Record<string, string | number>>;

export const WORDS: Record<Language, Record<WordKey, string>> = { en: english, 'zh-CN': chinese };

/** The sentence for `key`, with `{name}` replaced by `values.name`. A missing value is a mistake of ours: it throws. */
export function say(language: Language, key: WordKey, values: WordValues = {}): string {
  return WORDS[language][key].replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the sentence ${key} needs a value for {${name}}`);
    return String(value);
  });
}

const ENGLISH_ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** A place in line: "3rd" or "第 3 位". */
export function place(language: Language, position: number): string {
  if (language === 'zh-CN') return `第 ${position} 位`;
  return `${position}${SUFFIXES[ENGLISH_ORDINALS.select(position)] ?? 'th'}`;
}

/**
 * The language to start in: what the person chose before, else the first of the browser's languages that we speak,
 * else English. Any Chinese is answered in Simplified Chinese, the only Chinese the page has.
 */
export function chooseLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (chosen === 'en' || chosen === 'zh-CN') return chosen;
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'zh') return 'zh-CN';
    if (base === 'en') return 'en';
  }
  return 'en';
}
