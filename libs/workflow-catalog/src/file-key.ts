import { TASK_TYPE_KEY } from '@app/contracts';
import { createHash } from 'node:crypto';
import { englishPart } from './bilingual.js';

const LONGEST = 40;
const VERSION = /^(?<name>.*)@(?<version>[1-9]\d{0,2})$/su;

/** A file's name without its ending, taken apart: `Old Streets@2` is `Old Streets`, version 2. */
export function splitVersion(name: string): { name: string; version: number | null } {
  const parts = VERSION.exec(name)?.groups;
  if (parts?.['name'] === undefined || parts['name'] === '') return { name, version: null };
  return { name: parts['name'], version: Number(parts['version']) };
}

/** A key with a version; without one the key alone. */
export function versionedKey(key: string, version: number | null): string {
  return version === null ? key : `${key}@${version}`;
}

/**
 * The key for a name without a version. `Old Streets` and `Old Streets 老街道` are `old-streets`. A name that Latin
 * letters do not carry alone is `wf-` and 8 hexadecimal digits of the SHA-256 of its NFC form, so that it is the same
 * on every system, however the file system spells it.
 */
export function keyOfName(name: string): string {
  const nfc = name.normalize('NFC');
  const text = englishPart(nfc) ?? nfc;
  const letters = text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
  if (/[^\p{ASCII}]/u.test(letters)) return hashKey(nfc);
  const words = letters.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  const key = /^\d/.test(words) ? `wf-${words}` : words;
  if (key.length > LONGEST) return `${key.slice(0, LONGEST - 9).replace(/-+$/, '')}-${digits(nfc)}`;
  return TASK_TYPE_KEY.test(key) ? key : hashKey(nfc);
}

function hashKey(name: string): string {
  return `wf-${digits(name)}`;
}

function digits(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}
