import type { ValidationError } from '@nestjs/common';
import type { FieldText, TextValues } from './problem-text.js';
import { ProblemException, type FieldProblem } from './problem.exception.js';

const LONGEST_NAME = 100;

/** What class-validator calls its rules, and what a caller is told. */
const TEXTS: Readonly<Record<string, FieldText>> = {
  whitelistValidation: 'unknown',
  isString: 'text',
  isNotEmpty: 'required',
  isInt: 'whole_number',
  isNumber: 'whole_number',
  min: 'at_least',
  max: 'at_most',
  isBoolean: 'boolean',
  isArray: 'list',
  isObject: 'object',
  isUuid: 'id',
  isDateString: 'date',
  isIso8601: 'date',
  isIn: 'one_of',
  isEnum: 'one_of',
  maxLength: 'too_long',
  minLength: 'too_short',
  arrayMaxSize: 'too_many',
};

/**
 * Turns what class-validator found into one problem with a pointer per wrong field: 400 where a field is missing, is
 * not known, or stands in the address; 422 for a wrong value in a body.
 */
export function validationProblem(found: readonly ValidationError[], inBody: boolean): ProblemException {
  const errors = found.flatMap((error) => fieldProblems(error, ''));
  const isAboutValues = errors.every(({ text }) => text !== 'required' && text !== 'unknown');
  const text = inBody && isAboutValues ? 'invalid_request.value' : 'invalid_request';
  return new ProblemException(text, {}, { errors });
}

/** One sentence per field: a wrong one often breaks several rules at once. */
function fieldProblems(error: ValidationError, above: string): FieldProblem[] {
  const name = error.property.slice(0, LONGEST_NAME);
  const pointer = `${above}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const below = (error.children ?? []).flatMap((child) => fieldProblems(child, pointer));
  const broken = Object.entries(error.constraints ?? {});
  const [rule, message] = broken.find(([each]) => each.startsWith('is')) ?? broken[0] ?? [];
  if (rule === undefined || message === undefined) return below;
  const isMissing = error.value === undefined && rule !== 'whitelistValidation';
  if (isMissing) return [{ pointer, text: 'required' }];
  const text = TEXTS[rule] ?? 'wrong';
  return [{ pointer, text, values: valuesOf(text, message) }, ...below];
}

/** The figures of a rule are told only inside class-validator's own sentence, behind the name of the field. */
function valuesOf(text: FieldText, message: string): TextValues {
  if (text === 'one_of') return { allowed: message.slice(message.lastIndexOf(':') + 1).trim() };
  const limit = /-?\d+/.exec(message.slice(message.indexOf(' ')))?.[0];
  return limit === undefined ? {} : { limit: Number(limit) };
}
