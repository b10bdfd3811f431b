import type { ParameterValue, ParameterValues } from '@app/contracts';
import { withoutSuffix, type BoundParameter } from './bind-parameters.js';
import { jsonPointer } from './json-pointer.js';
import { snapInteger } from './snap-integer.js';

/** One wrong value, with a JSON pointer into the values (`/size`) and a plain sentence. */
export interface ParameterProblem {
  pointer: string;
  message: string;
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
    return { ok: false, problems: [{ pointer: '', message: 'Parameters are an object of values by name.' }] };
  }
  const problems: ParameterProblem[] = [];
  const snapped: SnappedParameter[] = [];
  const names = parameters.map(({ spec }) => spec.name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'This task type has none.' : `Known are: ${names.join(', ')}.`;
    const shown = name.slice(0, 40);
    problems.push({ pointer: jsonPointer([shown]), message: `There is no parameter "${shown}". ${known}` });
    if (problems.length === MAX_PROBLEMS) break;
  }
  const entries = parameters.map((parameter): [string, ParameterValue] => {
    const { name } = parameter.spec;
    const value: unknown = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    if (value === undefined) return [name, parameter.spec.default];
    const result =
      parameter.spec.kind === 'integer' ? readInteger(parameter.spec, value) : readChoice(parameter, value);
    if ('message' in result) {
      problems.push({ pointer: jsonPointer([name]), message: result.message });
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

type ReadValue = { value: ParameterValue } | { message: string };

function readInteger(spec: BoundParameter['spec'] & { kind: 'integer' }, value: unknown): ReadValue {
  const isFine =
    typeof value === 'number' && Number.isInteger(value) && value >= spec.minimum && value <= spec.maximum;
  if (isFine) return { value: snapInteger(value, spec) };
  return { message: `"${spec.name}" is a whole number from ${spec.minimum} to ${spec.maximum}.` };
}

function readChoice(parameter: BoundParameter, value: unknown): ReadValue {
  const { spec } = parameter;
  if (spec.kind !== 'choice') return { message: `"${spec.name}" is not a choice.` };
  const chosen = typeof value === 'string' ? withoutSuffix(value, parameter.suffix) : null;
  if (chosen !== null && spec.choices.includes(chosen)) return { value: chosen };
  return { message: `"${spec.name}" is one of: ${spec.choices.join(', ')}.` };
}
