import { EntryRefused } from './entry.errors.js';
import type { StreamEntry } from './stream-entry.js';

/** What a message of another system may take up (as over AMQP); more is no task. */
const MOST_BYTES = 64 * 1024;
const MOST_FIELDS = 100;
/** Fields that may hold a whole task as JSON, which other programs put into one. */
const PACKAGES = ['task', 'data', 'payload'] as const;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An entry's fields by name: text as it came, or any JSON value from a package. */
export type EntryFields = ReadonlyMap<string, unknown>;

/**
 * Reads the fields. Where one of them is a package (`task`, `data` or `payload` with a JSON object in it), its properties are
 * fields too; one that stands in both has to be the same. @throws EntryRefused
 */
export function entryFields({ fields }: StreamEntry): EntryFields {
  const bytes = fields.reduce((sum, part) => sum + part.length, 0);
  if (bytes > MOST_BYTES || fields.length > 2 * MOST_FIELDS) {
    throw new EntryRefused(
      'malformed',
      `The entry has more than ${MOST_FIELDS} fields or ${MOST_BYTES} bytes.`,
    );
  }
  const found = new Map<string, unknown>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = decode(fields[index]!);
    if (found.has(name)) throw new EntryRefused('malformed', `The field ${shown(name)} is there twice.`);
    found.set(name, decode(fields[index + 1]!));
  }
  for (const name of PACKAGES) unpack(found, name);
  return found;
}

/** The JSON object in a text; undefined where it holds anything else. */
export function jsonObject(text: unknown): Record<string, unknown> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A name of somebody else's in a sentence. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

function unpack(found: Map<string, unknown>, name: string): void {
  const inside = jsonObject(found.get(name));
  if (!inside) return;
  found.delete(name);
  for (const [key, value] of Object.entries(inside)) {
    if (found.has(key) && found.get(key) !== value) {
      throw new EntryRefused(
        'malformed',
        `The field ${shown(key)} says something else than ${shown(name)} does.`,
      );
    }
    found.set(key, value);
  }
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new EntryRefused('malformed', 'The entry is not in UTF-8.');
  }
}
