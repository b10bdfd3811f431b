import { isPrototypeName } from './prototype-names.js';

const STRING = /"(?:[^"\\]|\\.)*"/y;

/** What `JSON.parse` keeps to itself. */
export type JsonTrouble = 'too_deep' | 'duplicate_key' | { key: string };

/** Looks through the text of valid JSON for what its value does not show any more. Linear in its length. */
export function findJsonTrouble(text: string, mostLevels: number): JsonTrouble | undefined {
  /** The names of each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '{':
      case '[':
        open.push(text[index] === '{' ? new Set() : null);
        if (open.length > mostLevels) return 'too_deep';
        expectsKey = text[index] === '{';
        break;
      case '}':
      case ']':
        open.pop();
        expectsKey = false;
        break;
      case ',':
        expectsKey = open.at(-1) !== null;
        break;
      case '"': {
        STRING.lastIndex = index;
        const literal = STRING.exec(text)?.[0] ?? '"';
        index += literal.length - 1;
        const names = open.at(-1);
        if (!expectsKey || !names) break;
        const key = JSON.parse(literal) as string;
        if (isPrototypeName(key)) return { key };
        if (names.has(key)) return 'duplicate_key';
        names.add(key);
        expectsKey = false;
      }
    }
  }
  return undefined;
}
