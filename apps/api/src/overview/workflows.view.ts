import type { WorkflowsView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { basename } from 'node:path';

/** Shows what the workflow folder gives. `workersOf` tells how many workers take a type. */
export function toWorkflowsView(catalog: Catalog, workersOf: (type: string) => number): WorkflowsView {
  return {
    items: catalog.types().map(({ view, workflowFile, aliases }) => ({
      type: view.type,
      version: view.version,
      title: view.title,
      file: workflowFile,
      aliases: [...aliases],
      workers: workersOf(view.type),
    })),
    problems: catalog.problems.map(({ file, pointer, message }) => ({
      file: basename(file),
      pointer,
      message,
    })),
  };
}
