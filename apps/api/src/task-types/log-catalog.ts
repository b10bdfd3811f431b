import type { Logger } from '@app/runtime';
import type { Catalog, CatalogProblem } from '@app/workflow-catalog';

/** Says what is wrong in the workflow folder, now and after every change of it. */
export function logCatalog(catalog: Catalog, logger: Logger): void {
  warn(catalog.problems, logger);
  catalog.onChange(({ added, removed, changed, problems }) => {
    logger.info({ added, removed, changed }, 'the workflow folder was read again');
    warn(problems, logger);
  });
}

function warn(problems: readonly CatalogProblem[], logger: Logger): void {
  for (const { file, pointer, message } of problems) {
    logger.warn({ file, pointer }, `a workflow cannot be used: ${message}`);
  }
}
