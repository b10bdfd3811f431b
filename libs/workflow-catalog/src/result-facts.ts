import { DDCOLOR_CLASSES } from './ddcolor-family.js';
import { isLink, upstreamOf } from './graph-checks.js';
import type { WorkflowGraph } from './workflow-graph.js';

/** What can be said of a result before there is one. */
export interface ResultFacts {
  /**
   * Width and height against the photo's: the same, multiplied (each node rounds to whole pixels), or not to be known
   * from the workflow.
   */
  size: 'same' | 'any' | { scale: number };
  /** Whether the workflow gives colours to a grey photo, so that a grey result is a bad one. */
  colours: boolean;
}

/** Classes that give a picture of the size of the one at this input. */
const KEEPS_SIZE_OF: ReadonlyMap<string, string> = new Map([
  ...[...DDCOLOR_CLASSES.keys()].map((name) => [name, 'image'] as const),
  ['ImageInvert', 'image'],
  ['ImageSharpen', 'image'],
  ['ImageBlur', 'image'],
  ['ImageQuantize', 'image'],
  ['ImageAddNoise', 'image'],
  ['Morphology', 'image'],
  // The second picture is brought to the size of the first.
  ['ImageBlend', 'image1'],
]);

const COLOURS = /colou?ri[sz]|上色|着色/i;

/** What the graph makes of the photo that enters at `inputId`, as far as its nodes are known. */
export function resultFacts(graph: WorkflowGraph, inputId: string, outputId: string): ResultFacts {
  const scale = scaleAt(graph, graph[outputId]?.inputs['images'], inputId);
  const size = scale === null ? 'any' : scale === 1 ? 'same' : { scale };
  const colours = [...upstreamOf(graph, outputId)].some((id) => {
    const node = graph[id];
    if (node === undefined) return false;
    return (
      DDCOLOR_CLASSES.has(node.class_type) ||
      COLOURS.test(node.class_type) ||
      COLOURS.test(node._meta?.title ?? '')
    );
  });
  return { size, colours };
}

/** Times the photo's sides; null where it cannot be said. Ends, because a graph with a circle is refused before. */
function scaleAt(graph: WorkflowGraph, input: unknown, photo: string): number | null {
  if (!isLink(input)) return null;
  const [id, slot] = input;
  if (id === photo) return slot === 0 ? 1 : null;
  const node = graph[id];
  if (node === undefined || slot !== 0) return null;
  if (node.class_type === 'ImageScaleBy') {
    const before = scaleAt(graph, node.inputs['image'], photo);
    const factor = node.inputs['scale_by'];
    return before === null || typeof factor !== 'number' ? null : before * factor;
  }
  const from = KEEPS_SIZE_OF.get(node.class_type);
  return from === undefined ? null : scaleAt(graph, node.inputs[from], photo);
}
