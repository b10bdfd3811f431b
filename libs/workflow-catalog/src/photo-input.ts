import { inputPointer, nodesOfClass, upstreamOf } from './graph-checks.js';
import type { FileProblem, WorkflowGraph } from './workflow-graph.js';

const TITLE = /\b(input|photo|source|original)\b|照片|输入|原图|原片|老照片/iu;

/** Why a node was not found; the pointer is into the workflow, or is that of a member of the side file. */
export interface SlotProblem extends FileProblem {
  /** There are several, and a side file could say which. */
  isOpen?: true;
}

/** A node that was found, or why none was. */
export type FoundNode = { id: string } | SlotProblem;

/**
 * The LoadImage node that takes the photo: the only one, the only one whose title says so, or the only one that feeds the
 * result. All others keep the picture that they have in the workflow.
 */
export function findPhotoInput(
  graph: WorkflowGraph,
  declared: string | undefined,
  outputId: string | null,
): FoundNode {
  const loaders = nodesOfClass(graph, 'LoadImage');
  if (declared !== undefined && !loaders.includes(declared)) {
    return { pointer: '/input', message: `node "${declared}" is not a LoadImage node of the workflow` };
  }
  if (loaders.length === 0) {
    return { pointer: '', message: 'needs a LoadImage node for the photo; add one and export it once more' };
  }
  const titled = loaders.filter((id) => TITLE.test(graph[id]?._meta?.title ?? ''));
  const feeding = outputId === null ? [] : loaders.filter((id) => upstreamOf(graph, outputId).has(id));
  const id = declared ?? onlyOf(loaders) ?? onlyOf(titled) ?? onlyOf(feeding);
  if (id === undefined) {
    const message =
      `nobody can say which of the LoadImage nodes ${loaders.join(', ')} takes the photo: ` +
      `title it "input" in ComfyUI, or write its id into the side file ({"input": "${loaders[0]}"})`;
    return { pointer: '', message, isOpen: true };
  }
  if (typeof graph[id]?.inputs['image'] === 'string') return { id };
  return {
    pointer: inputPointer(id, 'image'),
    message: 'the LoadImage node needs a file name here, not a link',
  };
}

/** The only entry of a list; undefined where there are none or several. */
export function onlyOf<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
