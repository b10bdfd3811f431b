import type { ComfyClient } from '@app/comfyui';
import { checkAgainstEngine, classesOf, type ObjectInfoByClass, type TaskType } from '@app/workflow-catalog';

/** What an engine can run. */
export interface Capabilities {
  /** What the engine says of each node class that the task types need, for filling their workflows. */
  nodes: ObjectInfoByClass;
  /** The task types that were looked at. */
  taskTypes: ReadonlySet<string>;
  /** Of those that it cannot run, what is missing, as a phrase. */
  lacks: ReadonlyMap<string, string>;
}

/** Of an engine that was not asked yet. */
export const NO_CAPABILITIES: Capabilities = { nodes: new Map(), taskTypes: new Set(), lacks: new Map() };

/**
 * Asks an engine for the nodes that these task types need, and finds out what is missing there: nodes, and the models that
 * are chosen by default. One small call per node class. Rejects as `ComfyClient.objectInfo` does.
 */
export async function capabilitiesOf(
  client: Pick<ComfyClient, 'objectInfo'>,
  types: readonly TaskType[],
  signal: AbortSignal,
): Promise<Capabilities> {
  const nodes = new Map<string, unknown>();
  for (const name of new Set(types.flatMap(classesOf)))
    nodes.set(name, await client.objectInfo(name, signal));
  const lacks = new Map<string, string>();
  for (const type of types) {
    const problems = checkAgainstEngine(type, nodes).map(({ message }) => message);
    if (problems.length > 0) lacks.set(type.view.type, phrase(type.view.type, problems));
  }
  return { nodes, taskTypes: new Set(types.map(({ view }) => view.type)), lacks };
}

function phrase(taskType: string, [first = '', ...others]: readonly string[]): string {
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `cannot run "${taskType}": ${first.replace(/\.$/, '').slice(0, 240)}${more}`;
}
