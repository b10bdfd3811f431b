import { CatalogError, readCatalog } from '@app/workflow-catalog';
import { complain } from '../terminal.js';
import { problemLines } from '../workflows/workflow-lines.js';

/**
 * The keys of all task types in a workflow folder. What is wrong with a file is said at the terminal; the others are offered
 * all the same. @throws CatalogError where there is no type at all.
 */
export function offeredTypes(workflowsDir: string): string[] {
  const { catalog, problems } = readCatalog(workflowsDir);
  const types = catalog.types().map(({ view }) => view.type);
  if (types.length === 0) throw new CatalogError(problems);
  for (const line of problemLines(problems)) complain(`A workflow cannot be used: ${line}`);
  return types;
}
