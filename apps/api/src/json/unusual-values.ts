import type { FieldProblem } from '../problems/problem.exception.js';

/** More are not listed: nobody reads them, and a hostile request could make thousands. */
const MOST_PROBLEMS = 20;

/** Control characters beside tab and line breaks, and halves of a surrogate pair: no text that could be shown again. */
const UNUSUAL = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

/** Whether a text cannot be shown again as it is. */
export function isUnusualText(text: string): boolean {
  return UNUSUAL.test(text);
}

/** The texts and numbers in a JSON value that cannot be kept or shown as they were meant. */
export function findUnusualValues(value: unknown, pointer: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  collect(value, pointer, problems);
  return problems;
}

function collect(value: unknown, pointer: string, problems: FieldProblem[]): void {
  if (problems.length === MOST_PROBLEMS) return;
  if (typeof value === 'string' && isUnusualText(value))
    problems.push({ pointer, text: 'unusual_characters' });
  if (typeof value === 'number' && !isExact(value)) problems.push({ pointer, text: 'not_a_number' });
  if (typeof value !== 'object' || value === null) return;
  for (const [key, below] of Object.entries(value)) {
    const path = `${pointer}/${escapeKey(key)}`;
    if (isUnusualText(key)) problems.push({ pointer: path, text: 'unusual_characters' });
    else collect(below, path, problems);
    if (problems.length === MOST_PROBLEMS) return;
  }
}

/** `1e999` is read as Infinity, and 2^53 + 1 as 2^53. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** RFC 6901, 3. */
function escapeKey(key: string): string {
  return key
    .slice(0, 100)
    .replaceAll(/\p{Cs}/gu, '\uFFFD')
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
}
