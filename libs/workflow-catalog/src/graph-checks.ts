import { jsonPointer } from './json-pointer.js';
import type { FileProblem, WorkflowGraph } from './workflow-graph.js';

/** The ids of all nodes of a class, in the file's order. */
export function nodesOfClass(graph: WorkflowGraph, classType: string): string[] {
  return Object.keys(graph).filter((id) => graph[id]?.class_type === classType);
}

/** The ids of the nodes that a node is linked to. */
function sourcesOf(graph: WorkflowGraph, id: string): string[] {
  return Object.values(graph[id]?.inputs ?? {}).flatMap((input) => (isLink(input) ? [input[0]] : []));
}

export function isLink(input: unknown): input is [string, number] {
  return Array.isArray(input);
}

/** Where inputs of nodes stand in the file. */
export function inputPointer(nodeId: string, input: string): string {
  return jsonPointer([nodeId, 'inputs', input]);
}

/** Links to nodes that are not there. */
export function checkLinks(graph: WorkflowGraph): FileProblem[] {
  return Object.entries(graph).flatMap(([id, node]) =>
    Object.entries(node.inputs).flatMap(([name, input]) => {
      if (!isLink(input) || Object.hasOwn(graph, input[0])) return [];
      const message =
        `links to node "${input[0]}", which is not in the workflow; ` +
        'connect it in ComfyUI and export the workflow once more';
      return [{ pointer: inputPointer(id, name), message }];
    }),
  );
}

/** A circle of links, which a server refuses to run. */
export function checkCycles(graph: WorkflowGraph): FileProblem[] {
  const inCircle = Object.keys(graph).filter((id) => upstreamOf(graph, id).has(id));
  const [first] = inCircle;
  if (first === undefined) return [];
  return [
    {
      pointer: jsonPointer([first]),
      message: `the links run in a circle through nodes ${inCircle.join(', ')}; take one of them away`,
    },
  ];
}

/** All nodes that feed a node, itself only when it is part of a circle. */
export function upstreamOf(graph: WorkflowGraph, id: string): Set<string> {
  const seen = new Set<string>();
  const open = sourcesOf(graph, id);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...sourcesOf(graph, next));
  }
  return seen;
}
