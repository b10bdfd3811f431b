import type { ParameterValues, TaskTypeView, TaskView } from '@app/contracts';

/** What is chosen before anybody has chosen anything: what the photo was made as. */
export function choiceOf(task: TaskView, types: readonly TaskTypeView[]) {
  const isOffered = types.some(({ type }) => type === task.type);
  const parameters: ParameterValues = isOffered ? task.parameters : {};
  return { type: isOffered ? task.type : (types[0]?.type ?? task.type), parameters };
}
