import { nodesOfClass, upstreamOf } from './graph-checks.js';
import { jsonPointer } from './json-pointer.js';
import { onlyOf, type FoundNode } from './photo-input.js';
import type { WorkflowGraph } from './workflow-graph.js';

const TITLE = /\b(result|output|final)\b|结果|输出|成品|最终/iu;

/** The SaveImage node whose pictures are the result: the declared one, the only one, or the one whose title says so. */
export function findResultOutput(graph: WorkflowGraph, declared: string | undefined): FoundNode {
  const savers = nodesOfClass(graph, 'SaveImage');
  if (declared !== undefined) {
    if (savers.includes(declared)) return { id: declared };
    return { pointer: '/output', message: `node "${declared}" is not a SaveImage node of the workflow` };
  }
  if (savers.length === 0) {
    const previews = nodesOfClass(graph, 'PreviewImage');
    const instead = previews.length > 0 ? ` instead of the PreviewImage node ${previews.join(', ')}` : '';
    return { pointer: '', message: `needs a SaveImage node for the result; add one${instead} and export it` };
  }
  const titled = savers.filter((id) => TITLE.test(graph[id]?._meta?.title ?? ''));
  const id = onlyOf(savers) ?? onlyOf(titled);
  if (id !== undefined) return { id };
  const message =
    `nobody can say which of the SaveImage nodes ${savers.join(', ')} holds the result: ` +
    `title it "result" in ComfyUI, or write its id into the side file ({"output": "${savers[0]}"})`;
  return { pointer: '', message, isOpen: true };
}

/** Where the result does not come from the photo: it would be somebody else's picture. */
export function checkFed(graph: WorkflowGraph, outputId: string, photoId: string) {
  if (upstreamOf(graph, outputId).has(photoId)) return [];
  const message = `the SaveImage node is not fed by the LoadImage node ${photoId}; connect them in ComfyUI`;
  return [{ pointer: jsonPointer([outputId]), message }];
}
