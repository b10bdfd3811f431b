import type { ParameterSpec, ParameterValue, ParameterValues, TaskTypeView } from '@app/contracts';

type ChoiceSpec = Extract<ParameterSpec, { kind: 'choice' }>;
export type NumberSpec = Extract<ParameterSpec, { kind: 'integer' | 'number' }>;

export type NamedLook = 'natural' | 'soft' | 'first' | 'quick';

/** A look that a type can give, as a value of the parameter that makes it. */
export interface Look {
  readonly value: string;
  /** The DDColor models have names in the words of this room; any other look goes by its number. */
  readonly name: NamedLook | null;
  /** Its place, from 1 on. */
  readonly number: number;
}

/** More than three to choose from is no help. */
const LOOKS = 3;

/**
 * The public DDColor models by what their authors say of them (MODEL_ZOO.md of piddnad/DDColor): `modelscope` is the one
 * to use, `artistic` learned from artistic pictures too and leaves fewer odd patches of colour, `paper` is the model of
 * the paper, `paper_tiny` its small sister.
 */
const NAMES: Readonly<Record<string, NamedLook>> = {
  ddcolor_modelscope: 'natural',
  ddcolor_artistic: 'soft',
  ddcolor_paper: 'first',
  ddcolor_paper_tiny: 'quick',
};

/** The parameter that decides how the colours come out: the type's first one with names to choose from. */
export function lookParameter(type: TaskTypeView): ChoiceSpec | null {
  return (
    type.parameters.find((spec): spec is ChoiceSpec => spec.kind === 'choice' && spec.choices.length > 1) ??
    null
  );
}

/** At most three looks; the usual one is always among them. */
export function looksOf({ choices, default: usual }: ChoiceSpec): readonly Look[] {
  const first = choices.slice(0, LOOKS);
  const offered = first.includes(usual) ? first : [usual, ...first.slice(0, LOOKS - 1)];
  return offered.map((value, at) => ({ value, name: NAMES[value] ?? null, number: at + 1 }));
}

/** What a parameter has now: what was chosen, else its default. */
export function valueOf(spec: ParameterSpec, parameters: ParameterValues): ParameterValue {
  return parameters[spec.name] ?? spec.default;
}

/** The parameters with one more chosen. A value that is the default anyway is left out, so that it follows the catalog. */
export function withValue(
  parameters: ParameterValues,
  spec: ParameterSpec,
  value: ParameterValue,
): ParameterValues {
  const { [spec.name]: _, ...others } = parameters;
  return value === spec.default ? others : { ...others, [spec.name]: value };
}

/** Whether anything differs from what the type does by itself. */
export function isUsual(type: TaskTypeView, parameters: ParameterValues): boolean {
  return type.parameters.every((spec) => valueOf(spec, parameters) === spec.default);
}

/**
 * Where a slider begins and ends and how far it goes at a time: at the multiples of the step, which are what the API
 * would move a value to. A number without a step goes in hundredths of its range.
 */
export function sliderOf(spec: NumberSpec): { minimum: number; maximum: number; step: number } {
  const step = spec.kind === 'integer' ? spec.snapTo : spec.step;
  const { minimum, maximum } = spec;
  if (step === null) return { minimum, maximum, step: (maximum - minimum) / 100 };
  return {
    minimum: tidy(Math.ceil(tidy(minimum / step)) * step),
    maximum: tidy(Math.floor(tidy(maximum / step)) * step),
    step,
  };
}

/** Without the last digits of a binary fraction: 3 * 0.05 is 0.15000000000000002. */
export function tidy(value: number): number {
  return Number(value.toFixed(9));
}
