import type { Catalog } from '@app/workflow-catalog';
import { ProblemException } from '../problems/problem.exception.js';

/** @throws ProblemException `unknown_task_type` where one of them is in no catalogue. */
export function requireTaskTypes(catalog: Catalog, types: readonly string[], pointer: string): void {
  if (types.every((type) => catalog.get(type) !== undefined)) return;
  const known = catalog.types().map(({ view }) => view.type);
  throw new ProblemException(
    'unknown_task_type',
    { known: known.join(', ') },
    {
      errors: [{ pointer, text: 'one_of', values: { allowed: known.join(', ') } }],
    },
  );
}
