import type { ParameterValues } from '@app/contracts';
import type { EngineNodes, TaskType, WorkflowGraph } from '@app/workflow-catalog';

/** No picture is saved under it. */
const OUTPUT_PREFIX = 'photo-repair/warm-up';

/**
 * The workflow of a type with the smallest sizes that people may choose, which saves no file.
 * @param imageName what the engine calls the picture.
 */
export function smallestPrompt(type: TaskType, imageName: string, engine: EngineNodes): WorkflowGraph {
  const parameters: ParameterValues = Object.fromEntries(
    type.view.parameters.flatMap((spec) => ('minimum' in spec ? [[spec.name, spec.minimum]] : [])),
  );
  const graph = type.fill({ parameters, imageName, outputPrefix: OUTPUT_PREFIX, engine });
  for (const [id, { class_type, inputs }] of Object.entries(graph)) {
    if (class_type !== 'SaveImage') continue;
    graph[id] = { class_type: 'PreviewImage', inputs: { images: inputs['images']! } };
  }
  return graph;
}

/** The models that tasks of a type need by default, as one name for comparing; null where it needs none. */
export function modelOf(type: TaskType): string | null {
  return [...new Set(type.modelsFor({}))].sort().join(' + ') || null;
}
