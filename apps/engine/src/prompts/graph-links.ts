import type { ComfyGraph, ComfyLink } from '@app/comfyui';
import type { NodeRegistry } from '../nodes/node-registry.js';
import type { NodeDefinition } from '../nodes/node.js';

/** A node of a validated prompt: its class, its plain values and its links, declared inputs only. */
export interface GraphNode {
  id: string;
  definition: NodeDefinition;
  values: ReadonlyMap<string, unknown>;
  links: ReadonlyMap<string, ComfyLink>;
}

/** The nodes that `outputs` need, themselves included, each after all that it needs. */
export function neededNodes(
  graph: ComfyGraph,
  outputs: readonly string[],
  registry: NodeRegistry,
): GraphNode[] {
  const ordered = new Map<string, GraphNode>();
  const visit = (id: string) => {
    if (ordered.has(id)) return;
    const node = readNode(id, graph, registry);
    for (const [linkedId] of node.links.values()) visit(linkedId);
    ordered.set(id, node);
  };
  outputs.forEach(visit);
  return [...ordered.values()];
}

function readNode(id: string, graph: ComfyGraph, registry: NodeRegistry): GraphNode {
  const node = graph[id];
  const definition = node && registry.get(node.class_type);
  if (!definition) throw new Error(`node ${id} was not validated`);
  const values = new Map<string, unknown>();
  const links = new Map<string, ComfyLink>();
  for (const name of Object.keys(definition.inputs)) {
    const value = node.inputs[name];
    if (Array.isArray(value)) links.set(name, value);
    else values.set(name, value);
  }
  return { id, definition, values, links };
}
