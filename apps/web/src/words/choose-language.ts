import type { Language } from './language.js';

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
