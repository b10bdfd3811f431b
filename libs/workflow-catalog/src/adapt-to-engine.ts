import { DDCOLOR_CLASSES, DDCOLOR_STEP, DDCOLOR_SUFFIX, ddcolorModel } from './ddcolor-family.js';
import { readNodeInfo, type NodeInfo } from './node-info.js';
import { snapNumber } from './snap-number.js';
import type { WorkflowGraph, WorkflowInput, WorkflowNode } from './workflow-graph.js';

/**
 * What an engine has: the names of its node classes, or what `/object_info` says of each (null for a class that it does
 * not have). With the latter the models are mapped to those that the engine lists, too.
 */
export type EngineNodes = ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** ComfyUI-DDColor's own limits. */
const SIZES = { minimum: 32, maximum: 4096, step: DDCOLOR_STEP };

/**
 * The graph as an engine can run it: a DDColor node gets the class and the input names of whichever member of the family
 * the engine has, a size that is a multiple of 32, and a model name that is in the engine's list. A node of which the engine
 * has no member is left as it is. Pure; what needs no change is not copied.
 */
export function adaptToEngine(graph: WorkflowGraph, engine: EngineNodes): WorkflowGraph {
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [
      id,
      DDCOLOR_CLASSES.has(node.class_type) ? adaptDdcolor(node, engine) : node,
    ]),
  );
}

function adaptDdcolor(node: WorkflowNode, engine: EngineNodes): WorkflowNode {
  const target = [node.class_type, ...DDCOLOR_CLASSES.keys()].find((name) => infoOf(engine, name) !== null);
  if (target === undefined) return node;
  const from = DDCOLOR_CLASSES.get(node.class_type)!;
  const to = DDCOLOR_CLASSES.get(target)!;
  const info = infoOf(engine, target);
  const inputs = Object.entries(node.inputs).map(([name, value]): [string, WorkflowInput] => {
    if (name === from.size) return [to.size, typeof value === 'number' ? snapNumber(value, SIZES) : value];
    if (name === from.model)
      return [to.model, typeof value === 'string' ? modelIn(info, to.model, value) : value];
    return [name, value];
  });
  return { ...node, class_type: target, inputs: Object.fromEntries(inputs) };
}

/** What is known of a class: null where the engine does not have it, 'listed' where only its name is known. */
function infoOf(engine: EngineNodes, name: string): NodeInfo | 'listed' | null {
  if (!('get' in engine)) return engine.has(name) ? 'listed' : null;
  return readNodeInfo(engine.get(name));
}

/** The engine's own name for the weights; the published file name where it does not list any, or not these. */
function modelIn(info: NodeInfo | 'listed' | null, input: string, name: string): string {
  const options = info === null || info === 'listed' ? undefined : info.inputs.get(input)?.options;
  if (options?.includes(name)) return name;
  const wanted = ddcolorModel(name);
  const found = options?.find((option) => typeof option === 'string' && ddcolorModel(option) === wanted);
  return typeof found === 'string' ? found : `${wanted}${DDCOLOR_SUFFIX}`;
}
