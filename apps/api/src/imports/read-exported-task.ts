import { exportedTaskSchema, type ExportedTask } from '@app/contracts';
import { readStrictJson } from '../json/strict-json.js';
import { ProblemException, type FieldProblem } from '../problems/problem.exception.js';

/** More are not listed: nobody reads them. */
const MOST_PROBLEMS = 20;

/** @throws ProblemException `invalid_request`, with pointers to what is wrong, for anything that was not exported. */
export function readExportedTask(text: string): ExportedTask {
  const value = readStrictJson(text, { malformed: 'invalid_request.json', pointer: '/task' });
  const read = exportedTaskSchema.safeParse(value);
  if (read.success) return read.data;
  const errors = read.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path }): FieldProblem => ({ pointer: ['/task', ...path.map(String)].join('/'), text: 'wrong' }));
  throw new ProblemException('invalid_request.value', {}, { errors });
}
