/** A sentence in one language, with its plural forms where it has some. */
export interface Sentence {
  readonly kind: 'plain' | Intl.PluralRuleType;
  /** By plural form; the one of a plain sentence is called `other`. */
  readonly texts: ReadonlyMap<string, string>;
  /** The names of the values that it takes, in the order of the alphabet. */
  readonly values: readonly string[];
}

interface Words {
  readonly [key: string]: string | Words;
}

const PLURAL = /^(.+?)(_ordinal)?_(zero|one|two|few|many|other)$/;

type Rooms = Readonly<Record<string, Words>>;

/**
 * Every sentence of a language by the key under which the page asks for it: `room:path.of.key`, without plural form. Which
 * ones have plural forms is seen in `english`: a language that has but one form does not show it.
 */
export function readSentences(rooms: Rooms, english: Rooms = rooms): Map<string, Sentence> {
  const sentences = new Map<string, Sentence>();
  for (const [room, words] of Object.entries(rooms)) {
    const texts = flatten(words);
    const plurals = pluralsIn(flatten(english[room] ?? {}));
    for (const [path, text] of texts) {
      const [, base, ordinal, form] = path.match(PLURAL) ?? [];
      const isPlural = base !== undefined && plurals.has(base + (ordinal ?? ''));
      const key = `${room}:${isPlural ? base : path}`;
      const known = sentences.get(key);
      sentences.set(key, {
        kind: isPlural ? (ordinal === undefined ? 'cardinal' : 'ordinal') : 'plain',
        texts: new Map([...(known?.texts ?? []), [(isPlural && form) || 'other', text]]),
        values: [...new Set([...(known?.values ?? []), ...valuesIn(text)])].toSorted(),
      });
    }
  }
  return sentences;
}

/** `choose_other` is no plural form where it takes no count and stands alone. */
function pluralsIn(texts: ReadonlyMap<string, string>): Set<string> {
  const forms = new Map<string, string[]>();
  for (const [path, text] of texts) {
    const [, base, ordinal = ''] = path.match(PLURAL) ?? [];
    if (base !== undefined) forms.set(base + ordinal, [...(forms.get(base + ordinal) ?? []), text]);
  }
  const isPlural = (of: string[]) => of.length > 1 || of.some((text) => valuesIn(text).includes('count'));
  return new Set([...forms].flatMap(([base, of]) => (isPlural(of) ? [base] : [])));
}

function flatten(words: Words, before = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, entry]) =>
      typeof entry === 'string' ? [[before + key, entry]] : [...flatten(entry, `${before}${key}.`)],
    ),
  );
}

function valuesIn(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name!);
}
