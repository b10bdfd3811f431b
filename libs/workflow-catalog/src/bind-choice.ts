import type { BoundSpec, ReportMember } from './bound-parameter.js';
import { DDCOLOR_ALIASES, DDCOLOR_CLASSES } from './ddcolor-family.js';
import type { DeclaredParameter } from './side-file.js';
import type { WorkflowInput } from './workflow-graph.js';

/** The spec of a choice; null where the workflow has neither a text nor a number there. */
export function bindChoice(
  parameter: DeclaredParameter & { kind: 'choice' },
  literal: WorkflowInput,
  classType: string,
  report: ReportMember,
): BoundSpec | null {
  const { name, title, choices, suffix } = parameter;
  if (typeof literal !== 'string' && typeof literal !== 'number') {
    report('input', `"${parameter.input}" is not a text in the workflow`);
    return null;
  }
  const isNumeric = typeof literal === 'number';
  if (isNumeric && choices.some((choice) => !Number.isFinite(Number(choice)))) {
    report('choices', `"${parameter.input}" is a number in the workflow, and so have the choices to be`);
  }
  const value = withoutSuffix(parameter.default ?? String(literal), suffix);
  if (new Set(choices).size < choices.length) report('choices', 'the choices repeat each other');
  if (!choices.includes(value)) {
    const whose = parameter.default === undefined ? "the workflow's own value" : 'the default';
    report('choices', `${whose}, "${value}", is not one of the choices`);
  }
  for (const [alias, choice] of Object.entries(parameter.aliases)) {
    if (!choices.includes(choice)) report('aliases', `"${alias}" stands for "${choice}", which is no choice`);
  }
  const aliases = { ...familyAliases(classType, parameter.input, choices), ...parameter.aliases };
  return { spec: { kind: 'choice', name, title, default: value, choices }, suffix, aliases, isNumeric };
}

/** A value without the ending that the node wants. */
export function withoutSuffix(value: string, suffix: string): string {
  return suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
}

/** What programs call the DDColor models otherwise, as far as the model is offered. */
function familyAliases(classType: string, input: string, choices: readonly string[]): Record<string, string> {
  if (DDCOLOR_CLASSES.get(classType)?.model !== input) return {};
  return Object.fromEntries(
    Object.entries(DDCOLOR_ALIASES).filter(
      ([alias, choice]) => choices.includes(choice) && !choices.includes(alias),
    ),
  );
}
