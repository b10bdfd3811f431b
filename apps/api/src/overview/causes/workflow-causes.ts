import { basename } from 'node:path';
import type { Cause } from './cause.js';
import type { Situation } from './situation.js';

/** Files that cannot be used; the task types of the others are there all the same. */
export function workflowCauses({ workflows }: Pick<Situation, 'workflows'>): Cause[] {
  return [...new Set(workflows.map(({ file }) => basename(file)))].map((subject) => {
    const problems = workflows.filter(({ file }) => basename(file) === subject);
    const [first] = problems;
    const more = problems.length === 1 ? '' : ` And ${problems.length - 1} more.`;
    const where = first!.pointer && `At ${first!.pointer}: `;
    return { code: 'workflow_problem', subject, since: null, detail: `${where}${first!.message}${more}` };
  });
}
