import type { ParameterValue, ParameterValues } from '@app/contracts';
import { withoutSuffix, type BoundParameter } from './bind-parameters.js';
import { jsonPointer } from './json-pointer.js';
import { snapInteger } from './snap-integer.js';

/** Which rule a value breaks. */
export type ParameterRule =
  'object' | 'unknown_parameter' | 'no_parameters' | 'whole_number_between' | 'one_of';

/**
 * One wrong value, with a JSON pointer into the values (`/size`) and a plain English sentence; for other languages the
 * rule that it breaks, with what the rule is about.
 */
export interface ParameterProblem {
  pointer: string;
  message: string;
  rule: ParameterRule;
  values: Readonly<Record<string, string | number>>;
}

/** An integer that was moved to a multiple the workflow can work with. */
export interface SnappedParameter {
  name: string;
  from: number;
  to: number;
}

/** Either a value for every parameter, or every problem (20 at most). */
export type ResolvedParameters =
  | { ok: true; values: ParameterValues; snapped: SnappedParameter[] }
  | { ok: false; problems: ParameterProblem[] };

/** More problems than this are not listed: nobody reads them, and a hostile request could make thousands. */
const MAX_PROBLEMS = 20;

/** Checks untrusted values against the parameters, fills in defaults and snaps integers. Never throws. */
export function resolveParameters(parameters: readonly BoundParameter[], given: unknown): ResolvedParameters {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const message = 'Parameters are an object of values by name.';
    return { ok: false, problems: [{ pointer: '', message, rule: 'object', values: {} }] };
  }
  const problems: ParameterProblem[] = [];
  const snapped: SnappedParameter[] = [];
  const names = parameters.map(({ spec }) => spec.name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    problems.push(unknownParameter(name.slice(0, 40), names));
    if (problems.length === MAX_PROBLEMS) break;
  }
  const entries = parameters.map((parameter): [string, ParameterValue] => {
    const { name } = parameter.spec;
    const value: unknown = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    if (value === undefined) return [name, parameter.spec.default];
    const result =
      parameter.spec.kind === 'integer' ? readInteger(parameter.spec, value) : readChoice(parameter, value);
    if ('message' in result) {
      problems.push({ pointer: jsonPointer([name]), ...result });
      return [name, parameter.spec.default];
    }
    if (typeof value === 'number' && typeof result.value === 'number' && result.value !== value) {
      snapped.push({ name, from: value, to: result.value });
    }
    return [name, result.value];
  });
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  return { ok: true, values: Object.fromEntries(entries), snapped };
}

function unknownParameter(shown: string, names: readonly string[]): ParameterProblem {
  const known = names.join(', ');
  const pointer = jsonPointer([shown]);
  const message = `There is no parameter "${shown}".`;
  return names.length === 0
    ? { pointer, message: `${message} This task type has none.`, rule: 'no_parameters', values: {} }
    : { pointer, message: `${message} Known are: ${known}.`, rule: 'unknown_parameter', values: { known } };
}

type ReadValue = { value: ParameterValue } | Omit<ParameterProblem, 'pointer'>;

function readInteger(spec: BoundParameter['spec'] & { kind: 'integer' }, value: unknown): ReadValue {
  const isFine =
    typeof value === 'number' && Number.isInteger(value) && value >= spec.minimum && value <= spec.maximum;
  if (isFine) return { value: snapInteger(value, spec) };
  const { name, minimum, maximum } = spec;
  const message = `"${name}" is a whole number from ${minimum} to ${maximum}.`;
  return { message, rule: 'whole_number_between', values: { minimum, maximum } };
}

function readChoice(parameter: BoundParameter, value: unknown): ReadValue {
  const { spec } = parameter;
  const choices = spec.kind === 'choice' ? spec.choices : [];
  const chosen = typeof value === 'string' ? withoutSuffix(value, parameter.suffix) : null;
  if (chosen !== null && choices.includes(chosen)) return { value: chosen };
  const allowed = choices.join(', ');
  return { message: `"${spec.name}" is one of: ${allowed}.`, rule: 'one_of', values: { allowed } };
}
