import type { ParameterSpec, ParameterValue } from '@app/contracts';
import { withoutSuffix } from './bind-choice.js';
import type { BoundParameter } from './bound-parameter.js';
import { snapNumber } from './snap-number.js';

/** Which rule a value breaks. */
export type ParameterRule =
  | 'object'
  | 'unknown_parameter'
  | 'no_parameters'
  | 'whole_number_between'
  | 'number_between'
  | 'boolean'
  | 'one_of';

/** What is wrong with a value: a plain English sentence, and the rule with what it is about. */
export interface BrokenRule {
  message: string;
  rule: ParameterRule;
  values: Readonly<Record<string, string | number>>;
}

/** One untrusted value as the task keeps it, or the rule that it breaks. */
export function readParameter(
  parameter: BoundParameter,
  value: unknown,
): { value: ParameterValue } | BrokenRule {
  const { spec } = parameter;
  switch (spec.kind) {
    case 'integer':
      return readNumber(spec, { ...spec, step: spec.snapTo }, Number.isInteger(value), value);
    case 'number':
      return readNumber(spec, spec, Number.isFinite(value), value);
    case 'choice':
      return readChoice(parameter, spec.choices, value);
    case 'boolean':
      if (typeof value === 'boolean') return { value };
      return { message: `"${spec.name}" is true or false.`, rule: 'boolean', values: {} };
  }
}

function readNumber(
  { kind, name }: ParameterSpec,
  limits: { minimum: number; maximum: number; step: number | null },
  isOfKind: boolean,
  value: unknown,
): { value: ParameterValue } | BrokenRule {
  const { minimum, maximum } = limits;
  if (isOfKind && typeof value === 'number' && value >= minimum && value <= maximum) {
    return { value: snapNumber(value, limits) };
  }
  const [what, rule] =
    kind === 'integer'
      ? (['a whole number', 'whole_number_between'] as const)
      : (['a number', 'number_between'] as const);
  return {
    message: `"${name}" is ${what} from ${minimum} to ${maximum}.`,
    rule,
    values: { minimum, maximum },
  };
}

/** By its own spelling or another one that is known, with or without the ending that the node wants. */
function readChoice(
  { spec, suffix, aliases, isNumeric }: BoundParameter,
  choices: readonly string[],
  value: unknown,
): { value: ParameterValue } | BrokenRule {
  const text = isNumeric && typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string') {
    const bare = withoutSuffix(text, suffix);
    const chosen = Object.hasOwn(aliases, bare) ? aliases[bare]! : bare;
    if (choices.includes(chosen)) return { value: chosen };
  }
  const allowed = choices.join(', ');
  return { message: `"${spec.name}" is one of: ${allowed}.`, rule: 'one_of', values: { allowed } };
}
