import type { Catalog } from '@app/workflow-catalog';

/**
 * The task types that this worker takes: those of `TASK_TYPES`, or all of the catalog.
 * @throws Error naming a type that no workflow has.
 */
export function takenTypes(wanted: readonly string[], catalog: Catalog): string[] {
  const known = catalog.types().map((type) => type.view.type);
  const unknown = wanted.filter((type) => !known.includes(type));
  if (unknown.length > 0) {
    throw new Error(`TASK_TYPES names ${unknown.join(', ')}, but the workflows are for ${known.join(', ')}.`);
  }
  return wanted.length > 0 ? [...wanted] : known;
}
