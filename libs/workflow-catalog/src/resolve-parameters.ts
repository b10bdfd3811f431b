import type { ParameterValue, ParameterValues } from '@app/contracts';
import type { BoundParameter } from './bound-parameter.js';
import { jsonPointer } from './json-pointer.js';
import { readParameter, type BrokenRule } from './read-parameter.js';

/**
 * One wrong value, with a JSON pointer into the values (`/size`) and a plain English sentence; for other languages the
 * rule that it breaks, with what the rule is about.
 */
export interface ParameterProblem extends BrokenRule {
  pointer: string;
}

/** A number that was moved to one that the workflow can work with. */
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

/** Checks untrusted values against the parameters, fills in defaults and snaps numbers. Never throws. */
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
    const result = readParameter(parameter, value);
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
