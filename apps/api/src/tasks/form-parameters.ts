import { ProblemException, type FieldProblem } from '../problems/problem.exception.js';
import { readParameterText } from './parse-parameters.js';

/** What a form says about the parameters of its task type. */
export interface ParameterFields {
  params?: string | undefined;
  size?: string | undefined;
  model?: string | undefined;
}

/**
 * The parameters of a form by name: those in the JSON of `params`, and those that have a field of their own.
 * @throws ProblemException for broken JSON, and for a parameter that stands in both.
 */
export function formParameters({ params, size, model }: ParameterFields): Record<string, unknown> {
  const values = readParameterText(params);
  const own = Object.entries({ size, model }).filter(([, sent]) => sent !== undefined && sent !== '');
  const twice = own.filter(([name]) => Object.hasOwn(values, name));
  if (twice.length > 0) {
    const errors = twice.map(([name]): FieldProblem => ({ pointer: `/${name}`, text: 'twice' }));
    throw new ProblemException('invalid_request', {}, { errors });
  }
  return { ...values, ...Object.fromEntries(own.map(([name, sent]) => [name, toValue(sent ?? '')])) };
}

/** A form has only texts; what is written as a whole number is one. */
function toValue(sent: string): string | number {
  return /^-?\d{1,9}$/.test(sent.trim()) ? Number(sent) : sent;
}
