import { ProblemException, type FieldProblem } from '../problems/problem.exception.js';
import type { ProblemText } from '../problems/problem-text.js';
import { findJsonTrouble } from './json-trouble.js';
import { findUnusualValues } from './unusual-values.js';

/** Far more than any request of ours needs; a walk over the value may recurse this deep without care. */
const MOST_LEVELS = 32;

/** Where a text came from. */
export interface JsonSource {
  /** The sentence for a text that is no JSON. */
  malformed: Extract<ProblemText, 'invalid_request.json' | 'invalid_request.params_json'>;
  /** What stands before the pointers of wrong values. */
  pointer: string;
}

/**
 * Reads JSON of which every reader makes the same: names once in each object (RFC 8259, 4, leaves it open), none that
 * reaches a prototype, numbers that a double holds exactly, texts of whole and visible characters.
 * @throws ProblemException `invalid_request`: 400 for what is no such JSON, 422 with pointers for wrong values.
 */
export function readStrictJson(text: string, { malformed, pointer }: JsonSource): unknown {
  const value = parse(text, malformed);
  const trouble = findJsonTrouble(text, MOST_LEVELS);
  if (trouble === 'too_deep')
    throw new ProblemException('invalid_request.json_depth', { limit: MOST_LEVELS });
  if (trouble === 'duplicate_key') throw new ProblemException('invalid_request.duplicate_key');
  if (trouble !== undefined)
    throw new ProblemException('invalid_request.forbidden_key', { name: trouble.key });
  const errors: FieldProblem[] = findUnusualValues(value, pointer);
  if (errors.length > 0) throw new ProblemException('invalid_request.value', {}, { errors });
  return value;
}

function parse(text: string, malformed: JsonSource['malformed']): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProblemException(malformed, {}, { cause });
  }
}
