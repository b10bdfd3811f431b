import { parameterValuesSchema, type ParameterValues } from '@app/contracts';
import { readStrictJson } from '../json/strict-json.js';
import { ProblemException, type FieldProblem } from '../problems/problem.exception.js';

/**
 * Reads the `params` field of a form: the text of a JSON object.
 * @throws ProblemException for what is none, or not a strict one.
 */
export function readParameterText(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.trim() === '') return {};
  const json = readStrictJson(text, { malformed: 'invalid_request.params_json', pointer: '/params' });
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new ProblemException('invalid_parameter', {}, { errors: [{ pointer: '/params', text: 'object' }] });
}

/**
 * Takes numbers, texts and booleans by name; nothing else may reach a workflow, where an array is a link to a node.
 * @throws ProblemException `invalid_parameter` with pointers.
 */
export function parseParameters(sent: string | Record<string, unknown> | undefined): ParameterValues {
  const values = typeof sent === 'object' ? sent : readParameterText(sent);
  const parsed = parameterValuesSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? '')));
  const errors = [...wrong].slice(0, 20).map((name): FieldProblem => ({
    pointer: `/params/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    text: 'plain_value',
  }));
  throw new ProblemException('invalid_parameter', {}, { errors });
}
