import type { Catalog } from './catalog.js';
import type { CatalogProblem } from './catalog.errors.js';

/** The part of a pino logger that is needed. */
export interface CatalogLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Says what is wrong in the workflow folder, now and after every change of it. */
export function logCatalog(catalog: Catalog, logger: CatalogLogger): void {
  warn(catalog.problems, logger);
  catalog.onChange(({ added, removed, changed, problems }) => {
    logger.info({ added, removed, changed }, 'the workflow folder was read again');
    warn(problems, logger);
  });
}

function warn(problems: readonly CatalogProblem[], logger: CatalogLogger): void {
  for (const { file, pointer, message } of problems) {
    logger.warn({ file, pointer }, `a workflow cannot be used: ${message}`);
  }
}
