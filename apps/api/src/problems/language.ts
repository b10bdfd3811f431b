/** A language that the API speaks. */
export type Language = 'en' | 'zh-CN';

const MOST_CHARACTERS = 1000;
const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * The language that an `Accept-Language` prefers (RFC 9110, 12.5.4), English where it names none of ours. A header that
 * is not well-formed says nothing that could be relied on, and counts as absent.
 */
export function chooseLanguage(header: string | undefined): Language {
  if (header === undefined || header.length > MOST_CHARACTERS) return 'en';
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 };
  for (const entry of header.split(',')) {
    if (entry.trim() === '') continue;
    const match = RANGE.exec(entry.trim());
    if (match === null) return 'en';
    const language = languageOf(match[1] ?? '');
    const weight = Number(match[2] ?? 1);
    if (language !== undefined && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

/** Every Chinese is answered in the one that there is. */
function languageOf(range: string): Language | undefined {
  const [primary] = range.toLowerCase().split('-', 1);
  if (primary === 'zh') return 'zh-CN';
  return primary === 'en' || primary === '*' ? 'en' : undefined;
}
