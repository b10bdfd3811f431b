import type { Language } from './language.js';
import type { ProblemText, TextValues } from './problem-text.js';
import type { FieldProblem, ProblemException } from './problem.exception.js';
import { DETAILS_EN, FIELD_TEXTS_EN, TITLES_EN, WORDS_EN } from './texts-en.js';
import { DETAILS_ZH_CN, FIELD_TEXTS_ZH_CN, TITLES_ZH_CN, WORDS_ZH_CN } from './texts-zh-cn.js';

const BYTES_PER_MB = 1024 * 1024;
/** What a caller sent is shown again no longer than this. */
const LONGEST_SHOWN = 100;

const TABLES = {
  en: { titles: TITLES_EN, details: DETAILS_EN, fields: FIELD_TEXTS_EN, words: WORDS_EN },
  'zh-CN': {
    titles: TITLES_ZH_CN,
    details: DETAILS_ZH_CN,
    fields: FIELD_TEXTS_ZH_CN,
    words: WORDS_ZH_CN,
  },
} as const;

/** What a caller reads of a problem. */
export interface ProblemWords {
  title: string;
  detail: string;
  errors: { pointer: string; message: string }[];
}

/** Puts a problem into words. */
export function wordsOf(problem: ProblemException, language: Language): ProblemWords {
  const title = TABLES[language].titles[problem.code];
  const errors = (problem.extra.errors ?? []).map((field) => ({
    pointer: field.pointer,
    message: fieldWords(field, language),
  }));
  const values = { ...problem.values, errors: errors.map(({ message }) => message).join(' ') };
  return { title, detail: detailWords(problem.text, values, language) || title, errors };
}

function detailWords(text: ProblemText, values: TextValues, language: Language): string {
  return fill(TABLES[language].details[text], values, language);
}

function fieldWords({ pointer, text, values }: FieldProblem, language: Language): string {
  return fill(TABLES[language].fields[text], { field: lastPart(pointer), ...values }, language);
}

/** The name that a JSON pointer (RFC 6901) ends with. */
function lastPart(pointer: string): string {
  const last = pointer.slice(pointer.lastIndexOf('/') + 1);
  return last.replaceAll('~1', '/').replaceAll('~0', '~');
}

function fill(sentence: string, values: TextValues, language: Language): string {
  return sentence.replaceAll(/\{(\w+)(?::(MB|MP))?\}/g, (_whole, name: string, unit?: string) =>
    show(values[name] ?? '', unit, language, name),
  );
}

function show(value: string | number, unit: string | undefined, language: Language, name: string): string {
  if (typeof value === 'number') {
    const figure = unit === 'MB' ? value / BYTES_PER_MB : unit === 'MP' ? value / 1e6 : value;
    return new Intl.NumberFormat(language, { maximumFractionDigits: 1, useGrouping: 'min2' }).format(figure);
  }
  if (name === 'errors') return value;
  const words: Record<string, string> = TABLES[language].words;
  const shown = Object.hasOwn(words, value) ? (words[value] ?? value) : value;
  return shown.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').slice(0, LONGEST_SHOWN);
}
