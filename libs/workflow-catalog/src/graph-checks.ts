import { jsonPointer } from './json-pointer.js';
import type { FileProblem, WorkflowGraph, WorkflowInput } from './workflow-graph.js';

/** The ids of all nodes of a class, in the file's order. */
export function nodesOfClass(graph: WorkflowGraph, classType: string): string[] {
  return Object.keys(graph).filter((id) => graph[id]?.class_type === classType);
}

/** The ids of the nodes that a node is linked to. */
function sourcesOf(graph: WorkflowGraph, id: string): string[] {
  return Object.values(graph[id]?.inputs ?? {}).flatMap((input) => (isLink(input) ? [input[0]] : []));
}

export function isLink(input: WorkflowInput | undefined): input is [string, number] {
  return Array.isArray(input);
}

/** Links to nodes that are not there. */
export function checkLinks(graph: WorkflowGraph): FileProblem[] {
  return Object.entries(graph).flatMap(([id, node]) =>
    Object.entries(node.inputs).flatMap(([name, input]) => {
      if (!isLink(input) || Object.hasOwn(graph, input[0])) return [];
      const pointer = jsonPointer([id, 'inputs', name]);
      return [{ pointer, message: `links to node "${input[0]}", which is not in the workflow` }];
    }),
  );
}

/** One LoadImage takes the photo; with two nobody could say which. */
export function checkImageSlot(graph: WorkflowGraph): FileProblem[] {
  const loaders = nodesOfClass(graph, 'LoadImage');
  if (loaders.length !== 1) {
    return [
      { pointer: '', message: `needs exactly one LoadImage node for the photo, and has ${loaders.length}` },
    ];
  }
  return loaders.flatMap((id) => {
    if (typeof graph[id]?.inputs['image'] === 'string') return [];
    const pointer = jsonPointer([id, 'inputs', 'image']);
    return [{ pointer, message: 'the LoadImage node needs a file name here, not a link' }];
  });
}

/** At least one SaveImage, and each fed by the photo: another result would not be the photo's. */
export function checkOutputs(graph: WorkflowGraph): FileProblem[] {
  const outputs = nodesOfClass(graph, 'SaveImage');
  if (outputs.length === 0) return [{ pointer: '', message: 'needs a SaveImage node for the result' }];
  const [photo] = nodesOfClass(graph, 'LoadImage');
  if (photo === undefined) return [];
  return outputs
    .filter((id) => !upstreamOf(graph, id).has(photo))
    .map((id) => ({
      pointer: jsonPointer([id]),
      message: 'the SaveImage node is not fed by the LoadImage node',
    }));
}

/** A circle of links, which a server refuses to run. */
export function checkCycles(graph: WorkflowGraph): FileProblem[] {
  const inCircle = Object.keys(graph).filter((id) => upstreamOf(graph, id).has(id));
  const [first] = inCircle;
  if (first === undefined) return [];
  return [
    {
      pointer: jsonPointer([first]),
      message: `the links run in a circle through nodes ${inCircle.join(', ')}`,
    },
  ];
}

/** All nodes that feed a node, itself only when it is part of a circle. */
function upstreamOf(graph: WorkflowGraph, id: string): Set<string> {
  const seen = new Set<string>();
  const open = sourcesOf(graph, id);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...sourcesOf(graph, next));
  }
  return seen;
}
