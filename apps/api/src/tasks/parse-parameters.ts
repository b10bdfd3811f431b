import { parameterValuesSchema, type ParameterValues } from '@app/contracts';
import { ProblemException } from '../problems/problem.exception.js';

/**
 * Reads the `params` field of an upload: a flat JSON object of numbers, texts and booleans.
 * @throws ProblemException `invalid_request` for broken JSON, `invalid_parameter` with pointers for wrong values.
 */
export function parseParameters(text: string | undefined): ParameterValues {
  if (text === undefined || text.trim() === '') return {};
  const json = readJson(text);
  const parsed = parameterValuesSchema.safeParse(json);
  // zod leaves `__proto__` out without a word; a caller who sends it is told like for any other wrong name.
  const hidden = typeof json === 'object' && json !== null && Object.hasOwn(json, '__proto__');
  if (parsed.success && !hidden) return parsed.data;
  const errors = hidden
    ? [{ pointer: '/params/__proto__', message: 'is not the name of a parameter' }]
    : (parsed.error?.issues ?? []).map((issue) => ({
        pointer: ['/params', ...issue.path.map(String)].join('/'),
        message: issue.message,
      }));
  throw new ProblemException('invalid_parameter', 'Parameters are numbers, texts and booleans by name.', {
    errors,
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemException('invalid_request', 'The field "params" is not valid JSON.', { cause: error });
  }
}
