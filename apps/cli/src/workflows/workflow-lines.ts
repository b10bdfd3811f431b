import type { ParameterSpec } from '@app/contracts';
import type { CatalogProblem, TaskType } from '@app/workflow-catalog';

export const TYPE_HEAD = ['type', 'title', 'parameters', 'workflow'];

/** The cells of a task type: key, titles, parameters with what they take, file. */
export function typeCells({ view, workflowFile }: TaskType): string[] {
  const { en, 'zh-CN': zh } = view.title;
  const parameters = view.parameters.map(parameterWords).join(', ');
  return [view.type, en === zh ? en : `${en} / ${zh}`, parameters || '-', workflowFile];
}

/** One line a problem, with the place in the file. */
export function problemLines(problems: readonly CatalogProblem[]): string[] {
  return problems.map(({ file, pointer, message }) => `${file}${pointer && ` at ${pointer}`}: ${message}`);
}

function parameterWords(spec: ParameterSpec): string {
  switch (spec.kind) {
    case 'integer':
    case 'number':
      return `${spec.name} ${spec.minimum}..${spec.maximum}`;
    case 'choice':
      return `${spec.name} (${spec.choices.length})`;
    case 'boolean':
      return `${spec.name} (on/off)`;
  }
}
