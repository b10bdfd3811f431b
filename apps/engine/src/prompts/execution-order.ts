import type { GraphNode } from './graph-links.js';

/** Node id -> the nodes that read one of its outputs. */
export type Readers = ReadonlyMap<string, readonly GraphNode[]>;

export function readersOf(nodes: readonly GraphNode[]): Readers {
  const readers = new Map<string, GraphNode[]>(nodes.map(({ id }) => [id, []]));
  for (const node of nodes) for (const id of upstreamIds(node)) readers.get(id)?.push(node);
  return readers;
}

/** The nodes that this one reads, each once. */
export function upstreamIds(node: GraphNode): Set<string> {
  return new Set([...node.links.values()].map(([id]) => id));
}

/**
 * What has to run, in order: whatever `outputs` need and is not `known`. An output node goes as soon as it can, so
 * that its file is there even if another branch fails later.
 *
 * @param nodes each after all that it needs.
 */
export function executionOrder(
  nodes: readonly GraphNode[],
  outputs: readonly string[],
  known: ReadonlySet<string>,
): GraphNode[] {
  const readers = readersOf(nodes);
  const needed = new Set<string>();
  for (const { id } of nodes.toReversed()) {
    const wanted = outputs.includes(id) || readers.get(id)?.some((reader) => needed.has(reader.id));
    if (wanted && !known.has(id)) needed.add(id);
  }
  const missing = new Map<string, number>();
  const ready: GraphNode[] = [];
  for (const node of nodes.filter(({ id }) => needed.has(id))) {
    const count = [...upstreamIds(node)].filter((id) => needed.has(id)).length;
    missing.set(node.id, count);
    if (count === 0) ready.push(node);
  }
  const steps: GraphNode[] = [];
  while (ready.length > 0) {
    const output = ready.findIndex((node) => node.definition.isOutput);
    const [next] = ready.splice(Math.max(0, output), 1) as [GraphNode];
    steps.push(next);
    for (const reader of readers.get(next.id) ?? []) {
      const left = (missing.get(reader.id) ?? 0) - 1;
      missing.set(reader.id, left);
      if (left === 0) ready.push(reader);
    }
  }
  return steps;
}
